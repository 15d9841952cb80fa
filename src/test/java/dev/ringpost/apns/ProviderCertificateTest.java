package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.credentials.CertificateTopics;
import dev.ringpost.apns.credentials.CredentialReader;
import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.ProviderIdentity;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A provider certificate in every form that Apple, Keychain and OpenSSL give it, and what is said
 * of a bad one.
 */
class ProviderCertificateTest {

  private static final BundleId PHONE = new BundleId("com.example.phone");
  private static final String PASSPHRASE = "s3cret";

  @TempDir static Path folder;

  private static LocalCredentials local;
  private static KeyPair rsa;
  private static KeyPair elliptic;

  @BeforeAll
  static void makeKeys() throws Exception {
    local = LocalCredentials.in(folder);
    KeyPairGenerator rsaKeys = KeyPairGenerator.getInstance("RSA");
    rsaKeys.initialize(2048);
    rsa = rsaKeys.generateKeyPair();
    KeyPairGenerator ellipticKeys = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
    ellipticKeys.initialize(new ECGenParameterSpec("secp256r1"));
    elliptic = ellipticKeys.generateKeyPair();
  }

  /** The forms of a private key in PEM. */
  enum Form {
    /** {@code BEGIN RSA PRIVATE KEY} and {@code BEGIN EC PRIVATE KEY}. */
    TRADITIONAL,
    /** The same with {@code Proc-Type: 4,ENCRYPTED}. */
    TRADITIONAL_ENCRYPTED,
    /** As before OpenSSL 1.0. */
    TRADITIONAL_TRIPLE_DES,
    /** {@code BEGIN PRIVATE KEY}. */
    PKCS8,
    /** {@code BEGIN ENCRYPTED PRIVATE KEY}. */
    PKCS8_ENCRYPTED,
    /** The same as {@code openssl pkcs8} did it for long. */
    PKCS8_OLD_ENCRYPTED;

    boolean isEncrypted() {
      return switch (this) {
        case TRADITIONAL, PKCS8 -> false;
        case TRADITIONAL_ENCRYPTED, TRADITIONAL_TRIPLE_DES, PKCS8_ENCRYPTED, PKCS8_OLD_ENCRYPTED ->
            true;
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void aKeyInPemIsGoodInEveryForm(Form form) throws Exception {
    for (KeyPair pair : List.of(rsa, elliptic)) {
      ProviderIdentity identity = apples(pair);
      String name = form + pair.getPrivate().getAlgorithm();
      Path together = write(name + ".pem", pem(identity.certificate()) + key(pair, form));
      Path certificate = write(name + "-cert.pem", pem(identity.certificate()));
      Path key = write(name + ".key", key(pair, form));
      Path passphrase = write("passphrase", PASSPHRASE + "\n");
      Path wrong = write("wrong", "gue55\n");

      assertThat(flaws(together, null, passphrase)).isEmpty();
      assertThat(flaws(certificate, key, passphrase)).isEmpty();
      if (form.isEncrypted()) {
        assertThat(flaws(together, null, null))
            .containsExactly(
                Finding.failed(
                    "certificate.file",
                    together + " has a passphrase",
                    "write it into a file and name that under certificate.passphrase-file"));
        assertThat(flaws(certificate, key, wrong))
            .containsExactly(
                Finding.failed(
                    "certificate.passphrase-file",
                    "holds a passphrase that does not open " + key,
                    "write the passphrase that it was exported with"));
      } else {
        assertThat(flaws(together, null, null)).isEmpty();
      }
    }
  }

  @Test
  void whatKeychainAndOpensslWriteAroundItDoesNotMatter() throws Exception {
    String bags =
        "Bag Attributes\n    friendlyName: VoIP Services: com.example.phone\nsubject=/UID\n";
    Path file =
        write(
            "bags.pem",
            bags
                + pem(apples(rsa).certificate())
                + bags
                + "Key Attributes: <No Attributes>\n"
                + key(rsa, Form.PKCS8));

    assertThat(flaws(file, null, null)).isEmpty();
  }

  @Test
  void applesCerIsGoodWithItsKeyBesideIt() throws Exception {
    Path cer = folder.resolve("voip_services.cer");
    Files.write(cer, apples(rsa).certificate().getEncoded());

    assertThat(flaws(cer, write("cer.key", key(rsa, Form.TRADITIONAL)), null)).isEmpty();
    assertThat(flaws(cer, null, null))
        .containsExactly(
            Finding.failed(
                "certificate.file",
                cer + " holds a certificate without its private key",
                "export both as a .p12 file, or name the key under certificate.key-file"));
  }

  @Test
  void aP12IsGoodWithAPassphraseOrWithout() {
    assertThat(flaws(local.clientCertificate(PHONE.value()).file(), null, null)).isEmpty();
    var closed = local.clientCertificate(PHONE.value(), PASSPHRASE);

    assertThat(flaws(closed.file(), null, closed.passphraseFile())).isEmpty();
    assertThat(flaws(closed.file(), null, null))
        .extracting(Finding::found)
        .containsExactly(closed.file() + " has a passphrase");
  }

  @Test
  void aWrongPassphraseOfAP12IsNamedAndNotPrinted() throws Exception {
    Path closed = local.clientCertificate(PHONE.value(), PASSPHRASE).file();

    assertThat(flaws(closed, null, write("guess", "gue55")))
        .singleElement()
        .satisfies(
            flaw -> {
              assertThat(flaw.subject()).isEqualTo("certificate.passphrase-file");
              assertThat(flaw.toString()).doesNotContain("gue55").contains("does not open");
            });
  }

  @Test
  void aPassphraseInThePlaceOfItsFileIsNotPrinted() {
    Path closed = local.clientCertificate(PHONE.value(), PASSPHRASE).file();

    assertThat(flaws(closed, null, Path.of("hunter2")))
        .singleElement()
        .satisfies(
            flaw -> {
              assertThat(flaw.subject()).isEqualTo("certificate.passphrase-file");
              assertThat(flaw.toString()).doesNotContain("hunter2").contains("does not exist");
            });
  }

  @Test
  void whatHoldsNoCertificateIsNamedForWhatItIs() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    Path empty = folder.resolve("empty.p12");
    try (var out = Files.newOutputStream(empty)) {
      store.store(out, new char[0]);
    }

    assertThat(flaws(empty, null, null).getFirst().found()).contains("holds no private key");
    assertThat(flaws(write("text.p12", "text"), null, null).getFirst().found())
        .contains("is neither a .p12 file nor a certificate");
    assertThat(flaws(write("only.key", key(rsa, Form.PKCS8)), null, null).getFirst().found())
        .contains("holds an RSA key, but no certificate");
    assertThat(
            flaws(write("whole.pem", pem(apples(rsa).certificate())), write("no.key", "text"), null)
                .getFirst())
        .extracting(Finding::subject)
        .isEqualTo("certificate.key-file");
  }

  @Test
  void aKeyOfAnotherCertificateIsNamed() throws Exception {
    Path certificate = write("rsa-cert.pem", pem(apples(rsa).certificate()));
    Path other = write("other.key", key(elliptic, Form.PKCS8));

    assertThat(flaws(certificate, other, null))
        .singleElement()
        .satisfies(
            flaw -> {
              assertThat(flaw.subject()).isEqualTo("certificate.key-file");
              assertThat(flaw.found()).contains("a private key that is not the certificate's");
            });
  }

  @Test
  void aCertificateOutOfItsTimeIsNamed() {
    Path file = local.clientCertificate(PHONE.value()).file();
    var settings = new CredentialSettings.Certificate(file, Optional.empty(), Optional.empty());
    Duration years = Duration.ofDays(5 * 366L);

    assertThat(
            CredentialReader.flaws(settings, List.of(PHONE), Instant.now().plus(years))
                .getFirst()
                .found())
        .contains("holds a certificate that expired at 20");
    assertThat(
            CredentialReader.flaws(settings, List.of(PHONE), Instant.now().minus(years)).getFirst())
        .satisfies(
            flaw -> {
              assertThat(flaw.found()).contains("is not valid before 20");
              assertThat(flaw.fix()).contains("clock");
            });
  }

  @Test
  void theTopicsOfACertificateAreThoseThatItListsAndThoseOfItsMark() {
    assertThat(topics(Optional.empty(), List.of("a", "a.voip"), false))
        .containsExactly("a", "a.voip");
    assertThat(topics(Optional.of("a"), List.of(), true)).containsExactly("a", "a.voip");
    assertThat(topics(Optional.of("a.voip"), List.of(), true)).containsExactly("a.voip");
    assertThat(topics(Optional.of("a"), List.of(), false)).containsExactly("a");
    assertThat(topics(Optional.empty(), List.of(), true)).isEmpty();
  }

  @Test
  void aCertificateOfAnotherAppIsNamed() {
    Path file = local.clientCertificate("com.example.other").file();

    assertThat(flaws(file, null, null))
        .containsExactly(
            Finding.failed(
                "bundle-ids",
                "has com.example.phone, but the certificate in "
                    + file
                    + " is for com.example.other, com.example.other.voip",
                "write the app that the certificate was made for, without .voip, or name that"
                    + " app's own certificate"));
  }

  @Test
  void aCertificateThatIsNotForVoipIsNamed() throws Exception {
    Path file = folder.resolve("alerts.p12");
    ProviderIdentity alerts =
        local.identity(rsa, Optional.of(PHONE.value()), List.of(PHONE.value()), false);
    LocalCredentials.writePkcs12(file, alerts, "");
    Path nobody = folder.resolve("nobody.p12");
    LocalCredentials.writePkcs12(
        nobody, local.identity(rsa, Optional.empty(), List.of(), false), "");

    assertThat(flaws(file, null, null).getFirst().found())
        .isEqualTo(
            file + " is for com.example.phone and may not send VoIP pushes to com.example.phone");
    assertThat(flaws(nobody, null, null).getFirst().found()).contains("names no app");
  }

  private static NavigableSet<String> topics(
      Optional<String> userId, List<String> listed, boolean voip) {
    return CertificateTopics.of(local.identity(elliptic, userId, listed, voip).certificate());
  }

  private static ProviderIdentity apples(KeyPair pair) {
    return local.identity(
        pair, Optional.of(PHONE.value()), List.of(PHONE.value(), PHONE.voipTopic()), true);
  }

  private static List<Finding> flaws(Path file, @Nullable Path key, @Nullable Path passphrase) {
    return CredentialReader.flaws(
        new CredentialSettings.Certificate(
            file, Optional.ofNullable(key), Optional.ofNullable(passphrase)),
        List.of(PHONE),
        Instant.now());
  }

  private static String key(KeyPair pair, Form form) throws Exception {
    var provider = new BouncyCastleProvider();
    return switch (form) {
      case TRADITIONAL -> pem(pair.getPrivate());
      case TRADITIONAL_ENCRYPTED -> traditional(pair, "AES-256-CBC", provider);
      case TRADITIONAL_TRIPLE_DES -> traditional(pair, "DES-EDE3-CBC", provider);
      case PKCS8 -> pem(new JcaPKCS8Generator(pair.getPrivate(), null));
      case PKCS8_ENCRYPTED ->
          pem(
              new JcaPKCS8Generator(
                  pair.getPrivate(),
                  new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                      .setProvider(provider)
                      .setPassword(PASSPHRASE.toCharArray())
                      .build()));
      case PKCS8_OLD_ENCRYPTED ->
          pem(
              new JcaPKCS8Generator(
                  pair.getPrivate(),
                  new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.PBE_SHA1_3DES)
                      .setProvider(provider)
                      .setPassword(PASSPHRASE.toCharArray())
                      .build()));
    };
  }

  private static String traditional(KeyPair pair, String cipher, BouncyCastleProvider provider)
      throws Exception {
    var text = new StringWriter();
    try (var pem = new JcaPEMWriter(text)) {
      pem.writeObject(
          pair.getPrivate(),
          new JcePEMEncryptorBuilder(cipher).setProvider(provider).build(PASSPHRASE.toCharArray()));
    }
    assertThat(text.toString()).contains("Proc-Type: 4,ENCRYPTED");
    return text.toString();
  }

  private static String pem(Object object) throws Exception {
    var text = new StringWriter();
    try (var pem = new JcaPEMWriter(text)) {
      pem.writeObject(object);
    }
    return text.toString();
  }

  private static Path write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }
}
