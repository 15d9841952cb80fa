package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.credentials.CredentialContent;
import dev.ringpost.apns.credentials.CredentialReader;
import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.ProviderIdentity;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of several certificates, and files of OpenSSL's with passphrases of all letters. */
@Timeout(60)
@Needs(Need.OPENSSL)
class RenewedCertificateTest {

  private static final BundleId PHONE = Calls.PHONE;
  private static final String UMLAUTS = "Größe-çà-日本";

  @TempDir Path folder;

  private KeyPair pair;
  private ProviderIdentity expired;
  private ProviderIdentity renewed;

  @BeforeEach
  void makeCertificates() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    pair = generator.generateKeyPair();
    expired = identity("old", Duration.ofDays(800));
    renewed = identity("new", Duration.ZERO);
  }

  private ProviderIdentity identity(String name, Duration age) throws Exception {
    return identity(name, age, PHONE);
  }

  private ProviderIdentity identity(String name, Duration age, BundleId app) throws Exception {
    Path of = Files.createDirectory(folder.resolve(name));
    return LocalCredentials.in(of, () -> Instant.now().minus(age))
        .identity(pair, Optional.of(app.value()), List.of(app.value(), app.voipTopic()), true);
  }

  @Test
  void theValidOneOfTwoCertificatesOfOneKeyIsTaken() throws Exception {
    String key = pem(pair.getPrivate());
    String before = pem(expired.certificate());
    String after = pem(renewed.certificate());

    assertThat(flaws(write("first.pem", before + after + key), Optional.empty())).isEmpty();
    assertThat(flaws(write("second.pem", after + before + key), Optional.empty())).isEmpty();
    assertThat(flaws(write("alone.pem", before + key), Optional.empty()))
        .singleElement()
        .asString()
        .contains("expired at");
  }

  @Test
  void oneThatIsNotYetValidIsNotTakenThoughItEndsLater() throws Exception {
    ProviderIdentity tomorrows = identity("tomorrow", Duration.ofDays(-10));
    String text =
        pem(tomorrows.certificate()) + pem(renewed.certificate()) + pem(pair.getPrivate());

    assertThat(credential(write("both.pem", text))).isEqualTo(renewed.certificate().getNotAfter());
  }

  @Test
  void ofTwoThatAreValidTheOneThatEndsLaterIsTaken() throws Exception {
    ProviderIdentity older = identity("older", Duration.ofDays(100));
    String before = pem(older.certificate());
    String after = pem(renewed.certificate());
    for (String text : List.of(before + after, after + before)) {
      assertThat(credential(write("both.pem", text + pem(pair.getPrivate()))))
          .isEqualTo(renewed.certificate().getNotAfter());
    }
  }

  @Test
  void oneOfAnotherAppIsNotTakenThoughItEndsLater() throws Exception {
    ProviderIdentity foreign =
        identity("foreign", Duration.ofHours(-1), new BundleId("com.example.other"));
    ProviderIdentity ours = identity("ours", Duration.ofDays(100));
    String text = pem(foreign.certificate()) + pem(ours.certificate()) + pem(pair.getPrivate());

    assertThat(credential(write("both.pem", text))).isEqualTo(ours.certificate().getNotAfter());
  }

  /** macOS composes letters of two characters, and older OpenSSL takes each byte for one. */
  @Test
  void aPassphraseOpensWhatWasLockedWithItInAnotherSpelling() throws Exception {
    Path one = write("one.pem", pem(renewed.certificate()) + pem(pair.getPrivate()));
    String composed = Normalizer.normalize(UMLAUTS, Normalizer.Form.NFC);
    String decomposed = Normalizer.normalize(UMLAUTS, Normalizer.Form.NFD);
    for (String locked :
        List.of(composed, decomposed, bytesAsCharacters(composed), bytesAsCharacters(decomposed))) {
      Path p12 = openssl(one, write("locked", locked + "\n"), "AES-256-CBC");
      for (String given : List.of(composed, decomposed)) {
        assertThat(flaws(p12, Optional.of(write("given", given + "\n"))))
            .as("locked with %s, opened with %s", locked, given)
            .isEmpty();
      }
    }
  }

  private static String bytesAsCharacters(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aFileThatWasEncodedOnceMoreIsNamed() throws Exception {
    Path one = write("one.pem", pem(renewed.certificate()) + pem(pair.getPrivate()));
    Path passphrase = write("passphrase", "s3cret\n");
    byte[] p12 = Files.readAllBytes(openssl(one, passphrase, "AES-256-CBC"));
    Path encoded = write("encoded.p12", Base64.getMimeEncoder().encodeToString(p12));

    assertThat(flaws(encoded, Optional.of(passphrase)))
        .singleElement()
        .asString()
        .contains("is base64 of a key or certificate");
  }

  /** When the certificate of a credential ends. */
  private static Date credential(Path file) {
    var settings = new CredentialSettings.Certificate(file, Optional.empty(), Optional.empty());
    return CredentialReader.read(CredentialContent.of(settings), List.of(PHONE), Instant.now())
        .credential()
        .flatMap(Credential::expiresAt)
        .map(Date::from)
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PBE-SHA1-3DES", "AES-256-CBC"})
  void soItIsInAFileOfOpenssls(String cipher) throws Exception {
    Path both =
        write(
            "both.pem",
            pem(expired.certificate()) + pem(renewed.certificate()) + pem(pair.getPrivate()));
    Path passphrase = write("passphrase", UMLAUTS + "\n");
    Path p12 = openssl(both, passphrase, cipher);

    assertThat(flaws(p12, Optional.of(passphrase))).isEmpty();
    Path other = write("other", UMLAUTS.replace('ö', 'o') + "\n");
    assertThat(flaws(p12, Optional.of(other)))
        .singleElement()
        .asString()
        .contains("certificate.passphrase-file", "does not open");
  }

  @Test
  void aPassphraseFileInLatin1IsReadAsThat() throws Exception {
    Path one = write("one.pem", pem(renewed.certificate()) + pem(pair.getPrivate()));
    Path p12 = openssl(one, write("utf8", "Größe\n"), "AES-256-CBC");

    Path latin1 = folder.resolve("latin1");
    Files.writeString(latin1, "Größe\n", StandardCharsets.ISO_8859_1);
    assertThat(flaws(p12, Optional.of(latin1))).isEmpty();
  }

  private Path openssl(Path pem, Path passphrase, String cipher) throws Exception {
    Path p12 = folder.resolve(cipher + ".p12");
    List<String> command =
        List.of(
            "openssl",
            "pkcs12",
            "-export",
            "-in",
            pem.toString(),
            "-out",
            p12.toString(),
            "-passout",
            "file:" + passphrase,
            "-keypbe",
            cipher,
            "-certpbe",
            cipher);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
      assertThat(process.waitFor()).as(said).isZero();
    } catch (IOException _) {
      assumeThat(false).as("there is an OpenSSL on this machine").isTrue();
    }
    return p12;
  }

  private static List<Finding> flaws(Path file, Optional<Path> passphrase) {
    return CredentialReader.flaws(
        new CredentialSettings.Certificate(file, Optional.empty(), passphrase),
        List.of(PHONE),
        Instant.now());
  }

  private static String pem(Object object) throws Exception {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }

  private Path write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }
}
