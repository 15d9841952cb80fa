package dev.ringpost.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.ProviderIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with client certificates, by real handshakes: who is let in, and who reaches no route. */
@Timeout(60)
class ServerTlsTest {

  private static final String PASSWORD = "gateway-s3cret";
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int ANSWERED = 404;

  @TempDir private Path folder;

  private LocalCredentials ours;
  private OpenDoor door;

  @BeforeEach
  void open() throws IOException {
    ours = LocalCredentials.in(Files.createDirectory(folder.resolve("ours")));
    door = door(Optional.of(ours.trustedCertificates()));
  }

  @AfterEach
  void close() {
    door.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void whoseCertificateTheAuthoritySignedIsAnswered(String version) throws Exception {
    assertThat(get("https", context(Optional.of(ours.identity("scripts"))), version))
        .isEqualTo(ANSWERED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void whoHasNoCertificateReachesNoRoute(String version) throws Exception {
    SSLContext without = context(Optional.empty());

    assertThatIOException().isThrownBy(() -> get("https", without, version));
    assertThat(door.answered()).isZero();
  }

  /** Of an authority with the same name, or the client would not show its certificate at all. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void whoseCertificateAnotherAuthoritySignedReachesNoRoute(String version) throws Exception {
    var foreign = LocalCredentials.in(Files.createDirectory(folder.resolve("foreign")));
    SSLContext stranger = context(Optional.of(foreign.identity("scripts")));

    assertThatIOException().isThrownBy(() -> get("https", stranger, version));
    assertThat(door.answered()).isZero();
  }

  @Test
  void whoSpeaksNoTlsReachesNoRoute() throws Exception {
    SSLContext any = context(Optional.empty());

    assertThatIOException().isThrownBy(() -> get("http", any, "TLSv1.3"));
    assertThat(door.answered()).isZero();
  }

  @Test
  void withoutAuthoritiesOfClientsNoCertificateIsAsked() throws Exception {
    door.close();
    door = door(Optional.empty());

    assertThat(get("https", context(Optional.empty()), "TLSv1.3")).isEqualTo(ANSWERED);
  }

  @Test
  void allFilesThatCannotBeUsedAreToldAtOnce() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty"), "");
    var tls =
        new GatewaySettings.Tls(
            ours.serverKeyStore(PASSWORD), folder.resolve("missing"), Optional.of(empty));
    var withWrongPassword =
        new GatewaySettings.Tls(ours.serverKeyStore(PASSWORD), empty, Optional.of(empty));

    assertThat(problems(tls))
        .containsExactly("gateway.tls.password-file", "gateway.tls.client-authorities-file");
    assertThat(problems(withWrongPassword))
        .containsExactly("gateway.tls.key-store-file", "gateway.tls.client-authorities-file");
  }

  private static List<String> problems(GatewaySettings.Tls tls) {
    var refused = catchThrowableOfType(InvalidSettingsException.class, () -> ServerTls.of(tls));
    return refused.findings().stream().map(Finding::subject).toList();
  }

  private OpenDoor door(Optional<Path> authorities) throws IOException {
    Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
    return OpenDoor.with(
        Optional.of(new GatewaySettings.Tls(ours.serverKeyStore(PASSWORD), password, authorities)),
        1);
  }

  /** The status of a request for a call that nobody knows. */
  private int get(String scheme, SSLContext tls, String version)
      throws IOException, InterruptedException {
    var parameters = new SSLParameters();
    parameters.setProtocols(new String[] {version});
    try (var client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(tls)
            .sslParameters(parameters)
            .build()) {
      URI call = URI.create("%s://localhost:%d/v1/calls/unheard".formatted(scheme, door.port()));
      HttpRequest request = HttpRequest.newBuilder(call).timeout(SOON).build();
      return client.send(request, BodyHandlers.discarding()).statusCode();
    }
  }

  /** What a client has that believes our authority. */
  private SSLContext context(Optional<ProviderIdentity> identity) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    if (identity.isPresent()) {
      Certificate[] chain = {identity.get().certificate()};
      keys.setKeyEntry("client", identity.get().key(), new char[0], chain);
    }
    var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, new char[0]);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(ours.trustedCertificates())) {
      trusted.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trustManagers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }
}
