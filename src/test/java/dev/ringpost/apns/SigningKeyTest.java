package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.credentials.CredentialReader;
import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.credentials.CredentialSettings.KeyId;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.testing.apns.LocalCredentials;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key for provider tokens that is good, or of which one line says what is wrong with it. */
class SigningKeyTest {

  private static final String ID = "ABC123DEFG";
  private static final String TEAM = "TEAM123456";

  @TempDir static Path folder;

  private static LocalCredentials local;
  private static Path good;

  @BeforeAll
  static void makeFiles() {
    local = LocalCredentials.in(folder);
    good = local.signingKey(ID, TEAM).file();
  }

  @Test
  void applesFileIsGood() {
    assertThat(flaws(good)).isEmpty();
  }

  @Test
  void theSameKeyInTheOlderFormIsGood() throws Exception {
    assertThat(flaws(write("sec1.p8", pem(elliptic("secp256r1"))))).isEmpty();
  }

  @Test
  void whatIsNoSigningKeyIsNamedForWhatItIs() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    Path p12 = local.clientCertificate("com.example.phone").file();

    assertThat(flaw(write("rsa.p8", pem(rsa.generateKeyPair()))).found())
        .contains("rsa.p8 holds an RSA key, not a signing key");
    assertThat(flaw(write("curve.p8", pem(elliptic("secp384r1")))).found())
        .contains("curve.p8 holds an EC key, not a signing key")
        .contains("P-256");
    assertThat(flaw(write("text.p8", "not a key")).found()).contains("is not a .p8 file");
    assertThat(flaw(write("empty.p8", "")).found()).contains("empty.p8 is empty");
    assertThat(
            flaw(write("cut.p8", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"))
                .found())
        .contains("holds nothing that can be read");
    assertThat(flaw(local.trustedCertificates()).found()).contains("holds a certificate, not");
    assertThat(flaw(p12))
        .extracting(Finding::found, Finding::fix)
        .containsExactly(
            p12 + " is a .p12 file, not a signing key", "name it under certificate instead of key");
    assertThat(flaw(folder).found()).contains("is a folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256k1", "brainpoolP256r1", "secp384r1"})
  void onlyP256IsACurveOfApples(String curve) throws Exception {
    assertThat(flaw(write("curve.p8", pem(elliptic(curve)))).found())
        .contains("curve.p8 holds an EC key, not a signing key")
        .contains("P-256");
  }

  @Test
  void aKeyThatCannotBeSignedWithIsNamed() throws Exception {
    var zero = new ECPrivateKey(256, BigInteger.ZERO, SECObjectIdentifiers.secp256r1);
    var key =
        new PrivateKeyInfo(
            new AlgorithmIdentifier(
                X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1),
            zero);
    assertThat(flaw(write("zero.p8", frame(key.getEncoded()))).found())
        .containsPattern("zero.p8 (cannot be signed with: .+|holds .*)");
  }

  @Test
  void aByteOrderMarkIsNoHarm() throws Exception {
    assertThat(flaws(write("bom.p8", "\uFEFF" + Files.readString(good)))).isEmpty();
  }

  @Test
  void whatWasDoneToAFileOnItsWayIsNamed() throws Exception {
    String text = Files.readString(good);
    byte[] bytes = Files.readAllBytes(good);

    assertThat(flaw(write("escaped.p8", text.replace("\n", "\\n"))))
        .extracting(Finding::found, Finding::fix)
        .satisfiesExactly(
            wrong -> assertThat(wrong.toString()).contains("has its line ends written out as \\n"),
            fix -> assertThat(fix.toString()).contains("real line ends"));
    assertThat(flaw(write("twice.p8", Base64.getEncoder().encodeToString(bytes) + "\n")))
        .extracting(Finding::found, Finding::fix)
        .satisfiesExactly(
            wrong -> assertThat(wrong.toString()).contains("is base64 of a key"),
            fix -> assertThat(fix.toString()).contains("decode it once"));
    assertThat(flaw(write("middle.p8", text.replaceAll("-----.*-----\\s*", ""))).found())
        .contains("has no lines BEGIN PRIVATE KEY");
    Path wide = Files.write(folder.resolve("wide.p8"), text.getBytes(StandardCharsets.UTF_16));
    assertThat(flaw(wide).found()).contains("is UTF-16 text");
  }

  @Test
  void idsThatCannotBeRightAreNamed() throws Exception {
    Path named = Files.copy(good, folder.resolve("AuthKey_XYZ123DEFG.p8"));

    assertThat(flaws(good, "abc123defg", TEAM))
        .extracting(Finding::subject)
        .containsExactly("key.key-id");
    assertThat(flaws(good, TEAM, TEAM))
        .containsExactly(
            Finding.failed(
                "key.team-id",
                "is the key's id",
                "write the id of the team, which Apple's developer site shows under Membership"));
    assertThat(flaws(named, ID, TEAM))
        .singleElement()
        .satisfies(
            flaw -> {
              assertThat(flaw.subject()).isEqualTo("key.key-id");
              assertThat(flaw.found())
                  .isEqualTo("is ABC123DEFG, but by the name of its file the key is XYZ123DEFG");
            });
    assertThat(flaws(named, "XYZ123DEFG", TEAM)).isEmpty();
  }

  @Test
  void theIdMayStandInAFile() throws Exception {
    assertThat(flawsOf(new KeyId.InFile(write("key-id", ID + "\n")))).isEmpty();
    assertThat(flawsOf(new KeyId.InFile(folder.resolve("missing"))))
        .extracting(Finding::subject)
        .containsExactly("key.key-id-file");
    assertThat(flawsOf(new KeyId.InFile(good)))
        .singleElement()
        .satisfies(
            flaw ->
                assertThat(flaw.found())
                    .isEqualTo(good + " holds something else than Apple's 10 letters and digits"));
  }

  private static List<Finding> flaws(Path file) {
    return flaws(file, ID, TEAM);
  }

  private static Finding flaw(Path file) {
    List<Finding> flaws = flaws(file);
    assertThat(flaws).hasSize(1);
    assertThat(flaws.getFirst().subject()).isEqualTo("key.file");
    return flaws.getFirst();
  }

  private static List<Finding> flaws(Path file, String keyId, String teamId) {
    return CredentialReader.flaws(
        new CredentialSettings.SigningKey(file, keyId, teamId),
        List.of(Calls.PHONE),
        Instant.now());
  }

  private static List<Finding> flawsOf(KeyId keyId) {
    return CredentialReader.flaws(
        new CredentialSettings.SigningKey(good, keyId, TEAM), List.of(Calls.PHONE), Instant.now());
  }

  private static KeyPair elliptic(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  /** The older form, by its algorithm's own name. */
  private static String pem(KeyPair pair) throws Exception {
    var text = new StringWriter();
    try (var pem = new JcaPEMWriter(text)) {
      pem.writeObject(pair.getPrivate());
    }
    return text.toString();
  }

  private static String frame(byte[] key) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
        + "\n-----END PRIVATE KEY-----\n";
  }

  private static Path write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }
}
