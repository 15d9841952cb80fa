package dev.ringpost.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringpost.apns.ApnsSettings.Endpoint;
import dev.ringpost.apns.ApnsSettings.Expiration;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Secret;
import dev.ringpost.testing.apns.ClientCertificate;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {

  private final Instant now = Instant.now();

  @TempDir Path folder;

  private LocalCredentials local;

  @BeforeEach
  void makeFiles() {
    local = LocalCredentials.in(folder);
  }

  @Test
  void goodFilesHaveNoProblems() {
    SigningKey key = local.signingKey("ABC123DEFG", "TEAM123456");
    ClientCertificate open = local.clientCertificate("com.example.phone");
    ClientCertificate closed = local.clientCertificate("com.example.work", "s3cret");

    assertThat(
            problems(
                key(key.file()),
                certificate(open.file(), Optional.empty()),
                certificate(closed.file(), Optional.of(new Secret("s3cret")))))
        .isEmpty();
  }

  @Test
  void allMistakesAreNamedTogether() {
    Path missing = folder.resolve("missing.p8");

    List<String> problems =
        problems(
            new CredentialSettings.SigningKey(missing, "short", "much too long"),
            certificate(folder.resolve("missing.p12"), Optional.empty()));

    assertThat(problems)
        .containsExactly(
            "apps[0].key.key-id must be Apple's 10 letters and digits, not 'short'",
            "apps[0].key.team-id must be Apple's 10 letters and digits, not 'much too long'",
            "apps[0].key.file " + missing + " does not exist",
            "apps[1].certificate.file " + folder.resolve("missing.p12") + " does not exist");
  }

  @Test
  void aKeyThatIsNoP8IsNamed() throws Exception {
    Path text = write("text.p8", "not a key");
    Path empty = write("empty.p8", "");
    Path other = write("other.p8", pem(KeyPairGenerator.getInstance("Ed25519")));
    KeyPairGenerator p384 = KeyPairGenerator.getInstance("EC");
    p384.initialize(new ECGenParameterSpec("secp384r1"));
    Path curve = write("curve.p8", pem(p384));
    Path garbage =
        write("garbage.p8", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

    assertThat(problems(key(text), key(empty), key(other), key(curve), key(garbage)))
        .satisfiesExactly(
            line -> assertThat(line).contains("text.p8 is not a .p8 file"),
            line -> assertThat(line).contains("empty.p8 is empty"),
            line -> assertThat(line).contains("other.p8 holds no EC private key"),
            line -> assertThat(line).contains("curve.p8 holds an EC key that is not on the curve"),
            line -> assertThat(line).contains("garbage.p8 holds no EC private key"));
  }

  @Test
  void aWrongPassphraseIsNamedAndNotPrinted() {
    ClientCertificate closed = local.clientCertificate("com.example.phone", "s3cret");

    assertThat(
            problems(
                certificate(closed.file(), Optional.of(new Secret("gue55"))),
                certificate(closed.file(), Optional.empty())))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .contains("cannot be opened with the passphrase")
                    .contains("apps[0].certificate.passphrase-file")
                    .doesNotContain("gue55"),
            line ->
                assertThat(line)
                    .contains("has a passphrase; name its file")
                    .contains("apps[1].certificate.passphrase-file"));
  }

  @Test
  void aFileThatIsNoP12IsNamed() throws Exception {
    assertThat(problems(certificate(write("text.p12", "not a store"), Optional.empty())))
        .singleElement()
        .satisfies(line -> assertThat(line).endsWith("text.p12 is not a .p12 file"));
  }

  @Test
  void aStoreWithoutAKeyIsNamed() throws Exception {
    Path file = folder.resolve("empty.p12");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (var out = Files.newOutputStream(file)) {
      store.store(out, new char[0]);
    }

    assertThat(problems(certificate(file, Optional.empty())))
        .singleElement()
        .satisfies(line -> assertThat(line).contains("holds no private key"));
  }

  @Test
  void aCertificateOutOfItsTimeIsNamed() {
    CredentialSettings settings =
        certificate(local.clientCertificate("com.example.phone").file(), Optional.empty());

    assertThat(Credentials.problems(settings(Optional.empty(), settings), now.plus(years(5))))
        .singleElement()
        .satisfies(line -> assertThat(line).contains("holds a certificate that expired at 20"));
    assertThat(Credentials.problems(settings(Optional.empty(), settings), now.minus(years(5))))
        .singleElement()
        .satisfies(line -> assertThat(line).contains("is not valid before 20"));
  }

  @Test
  void trustedCertificatesAreChecked() throws Exception {
    CredentialSettings good = key(local.signingKey("ABC123DEFG", "TEAM123456").file());
    Path text = write("text.pem", "not a certificate");

    assertThat(Credentials.problems(settings(Optional.of(text), good), now))
        .singleElement()
        .satisfies(line -> assertThat(line).startsWith("apns.trusted-certificates " + text));
    assertThat(Credentials.problems(settings(Optional.of(local.trustedCertificates()), good), now))
        .isEmpty();
  }

  @Test
  void nothingIsBuiltOnBadFiles() {
    ApnsSettings settings = settings(Optional.empty(), key(folder.resolve("missing.p8")));

    assertThatThrownBy(() -> Credentials.load(settings, now))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("missing.p8 does not exist");
  }

  private List<String> problems(CredentialSettings... credentials) {
    return Credentials.problems(settings(Optional.empty(), credentials), now);
  }

  private static ApnsSettings settings(Optional<Path> trusted, CredentialSettings... credentials) {
    List<AppSettings> apps = new ArrayList<>();
    for (CredentialSettings credential : credentials) {
      apps.add(
          new AppSettings(
              List.of(new BundleId("com.example.app" + apps.size())),
              EnumSet.of(Environment.PRODUCTION),
              credential));
    }
    return new ApnsSettings(
        apps,
        1,
        900,
        Duration.ofSeconds(3),
        Duration.ofSeconds(15),
        Duration.ofSeconds(4),
        Expiration.DEADLINE,
        "call",
        new Endpoint("localhost", 1),
        new Endpoint("localhost", 1),
        trusted);
  }

  private static CredentialSettings key(Path file) {
    return new CredentialSettings.SigningKey(file, "ABC123DEFG", "TEAM123456");
  }

  private static CredentialSettings certificate(Path file, Optional<Secret> passphrase) {
    return new CredentialSettings.Certificate(file, passphrase);
  }

  private static Duration years(int years) {
    return Duration.ofDays(366L * years);
  }

  private Path write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text, US_ASCII);
  }

  private static String pem(KeyPairGenerator generator) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder()
            .encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }
}
