package dev.ringpost.apns.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.path.ApnsSettings.Endpoint;
import dev.ringpost.apns.path.TlsAlerts;
import dev.ringpost.call.Environment;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.testing.apns.LocalCredentials;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The explanation of trouble with TLS by what the server showed; what Apple's would show is made
 * up.
 */
class TlsDiagnosisTest {

  private static final Endpoint APPLE = Endpoint.isApple(Environment.PRODUCTION);

  @TempDir Path folder;

  private LocalCredentials local;

  @BeforeEach
  void makeFiles() {
    local = LocalCredentials.in(folder);
  }

  @Test
  void aClockThatIsBehindIsNamed() {
    Instant behind = Instant.now().minus(Duration.ofDays(40));

    assertThat(explain(local.serverCertificate(), APPLE, false, behind))
        .satisfies(
            trouble -> {
              assertThat(trouble.found()).contains("valid from", "clock says " + behind);
              assertThat(trouble.fix()).isEqualTo("Set this machine's clock.");
            });
  }

  @Test
  void aCertificateOfAnotherHostIsNamed() {
    assertThat(explain(local.serverCertificate(), APPLE, false, Instant.now()).found())
        .isEqualTo("The certificate is for localhost and not for api.push.apple.com.");
  }

  @Test
  void aCertificateOfAnAddressIsToldFromOneOfAnother() {
    X509Certificate shown = local.serverCertificate("2001:db8::1", "Test Root", "Test");

    assertThat(explain(shown, new Endpoint("2001:db8::2", 443), false, Instant.now()).found())
        .isEqualTo("The certificate is for 2001:db8:0:0:0:0:0:1 and not for 2001:db8::2.");
    for (String spelling : List.of("2001:db8::1", "2001:DB8:0::1")) {
      assertThat(explain(shown, new Endpoint(spelling, 443), false, Instant.now()).found())
          .isEqualTo("The certificate is signed by Test Root, which is not trusted here.");
    }
  }

  @Test
  void aProxyThatLooksIntoTlsIsNamed() {
    X509Certificate forged = local.serverCertificate(APPLE.host(), "Zscaler Root", "Zscaler Inc.");

    assertThat(explain(forged, APPLE, false, Instant.now()))
        .satisfies(
            trouble -> {
              assertThat(trouble.found()).contains("comes from Zscaler Root and not from Apple");
              assertThat(trouble.fix()).contains("from the inspection");
            });
  }

  @Test
  void aRootThatTheRuntimeLacksIsNamed() {
    X509Certificate apples =
        local.serverCertificate("*.push.apple.com", "Apple Public Server RSA CA", "Apple Inc.");

    assertThat(explain(apples, APPLE, false, Instant.now()).fix())
        .contains("USERTrust RSA Certification Authority");
    assertThat(explain(apples, APPLE, true, Instant.now()).fix())
        .contains("Remove the trusted certificates");
  }

  @Test
  void anAlertAboutACertificateIsToldFromOtherAlerts() {
    assertThat(
            TlsAlerts.blameClientCertificate(
                new SSLHandshakeException("Received fatal alert: certificate_revoked")))
        .isTrue();
    assertThat(
            TlsAlerts.blameClientCertificate(
                new SSLHandshakeException("Received fatal alert: internal_error")))
        .isFalse();
    assertThat(
            TlsAlerts.blameClientCertificate(
                new SSLHandshakeException("unable to find valid certification path")))
        .isFalse();
  }

  @Test
  void silenceInTheHandshakeIsNamed() {
    Finding trouble =
        new TlsDiagnosis(APPLE, List.of(), false, false, Instant.now())
            .explain(new SocketTimeoutException("Read timed out"));

    assertThat(trouble.found()).contains("does not answer TLS");
  }

  @Test
  void anEndAfterAGoodCertificateIsNoMatterOfTrust() {
    var trouble =
        new TlsDiagnosis(APPLE, List.of(local.serverCertificate()), false, false, Instant.now());

    assertThat(trouble.explain(new SocketException("Connection reset")).found())
        .isEqualTo(
            "api.push.apple.com port 443 showed a certificate that is in order, and then ended TLS:"
                + " Connection reset.");
    assertThat(trouble.explain(new SocketTimeoutException("Read timed out")).found())
        .contains("showed a certificate that is in order, but does not complete TLS in time");
  }

  private static Finding explain(
      X509Certificate shown, Endpoint server, boolean ownTrust, Instant now) {
    return new TlsDiagnosis(server, List.of(shown), true, ownTrust, now)
        .explain(new SSLHandshakeException("PKIX path building failed"));
  }
}
