package dev.ringpost.apns.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.Calls;
import dev.ringpost.apns.ReadCredentials;
import dev.ringpost.apns.SenderFixture;
import dev.ringpost.apns.credentials.AppSettings;
import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.ApnsSettings.Canary;
import dev.ringpost.apns.path.ApnsSettings.Endpoint;
import dev.ringpost.apns.path.ApnsSettings.Expiration;
import dev.ringpost.apns.path.CredentialTrial;
import dev.ringpost.apns.payload.AlertSettings;
import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.SigningKey;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The findings of the check of a way to APNs: only what proves is proof. */
@Timeout(60)
class ApnsCheckTest {

  private static final VoipToken NOBODY = VoipToken.parse(CredentialTrial.NOBODY);

  @TempDir Path folder;

  private LocalCredentials local;
  private SigningKey key;

  @BeforeEach
  void makeFiles() {
    local = LocalCredentials.in(folder);
    key = local.signingKey(SenderFixture.KEY_ID, SenderFixture.TEAM_ID);
  }

  @ParameterizedTest
  @CsvSource({
    "400, BadDeviceToken, OK, it accepts key ABC123DEFG",
    "410, Unregistered, OK, it accepts key ABC123DEFG",
    "403, InvalidProviderToken, FAILED, 403 InvalidProviderToken",
    "400, TopicDisallowed, FAILED, may not push to this app",
    "400, PayloadEmpty, FAILED, proves nothing",
    "400, NewReason, FAILED, proves nothing",
    "404, BadPath, FAILED, proves nothing",
    "405, MethodNotAllowed, FAILED, proves nothing",
    "301, Moved, FAILED, proves nothing",
    "429, TooManyRequests, WARNING, proves nothing",
    "503, ServiceUnavailable, WARNING, proves nothing"
  })
  void anAnswerIsJudgedByWhatItProves(int status, String reason, Severity severity, String words) {
    try (var apns =
        LocalApns.builder(local).key(key).topic(Calls.PHONE.voipTopic()).requiresAlpn().start()) {
      apns.answer(NOBODY, Behaviour.rejects(status, reason));

      assertThat(look(apns.port()).getLast())
          .returns("com.example.phone in production", Finding::subject)
          .returns(severity, Finding::severity)
          .satisfies(finding -> assertThat(finding.found()).contains(words));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, BadDeviceToken, Good",
    "403, InvalidProviderToken, Bad",
    "400, TopicDisallowed, Bad",
    "400, PayloadEmpty, Unknown",
    "404, BadPath, Unknown",
    "405, MethodNotAllowed, Unknown",
    "301, '', Unknown",
    "429, TooManyRequests, Unknown",
    "503, ServiceUnavailable, Unknown"
  })
  void aTrialJudgesTheSame(int status, String reason, String verdict) {
    assertThat(CredentialTrial.judge(new ApnsResponse(status, reason)).getClass().getSimpleName())
        .isEqualTo(verdict);
  }

  /** A second implementation, and one that no client without ALPN gets a word from. */
  @Test
  @Needs(Need.NODE)
  void aStrictServerIsSpokenTo() throws Exception {
    Process node = strictServer();
    try (BufferedReader out = node.inputReader(StandardCharsets.US_ASCII)) {
      Finding app = look(Integer.parseInt(out.readLine())).getLast();

      assertThat(app.found()).contains("APNs answers 400 BadDeviceToken");
      assertThat(app.severity()).isEqualTo(Severity.OK);
    } finally {
      node.destroyForcibly().waitFor();
    }
  }

  private Process strictServer() throws Exception {
    Path script = Path.of(getClass().getResource("strict-http2.js").toURI());
    Path keyStore = local.serverKeyStore("sesame");
    return new ProcessBuilder("node", script.toString(), keyStore.toString(), "sesame")
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @Test
  void aCertificateThatMayTellNoMissedCallIsNamed() throws Exception {
    Path file = folder.resolve("voip.p12");
    KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2048);
    String topic = Calls.PHONE.voipTopic();
    LocalCredentials.writePkcs12(
        file, local.identity(keys.generateKeyPair(), Optional.of(topic), List.of(topic), true), "");
    var certificate = new CredentialSettings.Certificate(file, Optional.empty(), Optional.empty());
    PayloadSettings told =
        PayloadSettings.DEFAULT.with(
            Optional.of(new AlertSettings("MISSED", "MISSED", Optional.empty(), Optional.empty())));
    try (var apns = LocalApns.builder(local).topic(topic).start()) {
      assertThat(look(apns.port(), certificate, told))
          .filteredOn(finding -> finding.severity() == Severity.WARNING)
          .singleElement()
          .satisfies(
              finding ->
                  assertThat(finding.found())
                      .endsWith(
                          "is for VoIP pushes only, and so no missed call of com.example.phone is"
                              + " told"));
      assertThat(look(apns.port(), certificate, PayloadSettings.DEFAULT))
          .as("where none is to be told")
          .noneMatch(finding -> finding.severity() == Severity.WARNING);
    }
  }

  private List<Finding> look(int port) {
    return look(
        port,
        new CredentialSettings.SigningKey(key.file(), key.keyId(), key.teamId()),
        PayloadSettings.DEFAULT);
  }

  private List<Finding> look(int port, CredentialSettings credential, PayloadSettings payload) {
    var app =
        new AppSettings(
            List.of(Calls.PHONE), EnumSet.of(Environment.PRODUCTION), credential, payload);
    var settings =
        new ApnsSettings(
            List.of(app),
            1,
            100,
            Duration.ofSeconds(20),
            Duration.ofSeconds(15),
            Duration.ofSeconds(20),
            Expiration.DEADLINE,
            new Endpoint(LocalApns.HOST, port),
            new Endpoint(LocalApns.HOST, port),
            Optional.empty(),
            Canary.OFF,
            Optional.empty());
    ApnsCheck.Findings found =
        new ApnsCheck(
                settings,
                ReadCredentials.of(List.of(app), local.trustedCertificates(), Instant.now()),
                InstantSource.system(),
                UUID::randomUUID)
            .run();
    return Stream.concat(found.credentials().stream(), found.ways().stream()).toList();
  }
}
