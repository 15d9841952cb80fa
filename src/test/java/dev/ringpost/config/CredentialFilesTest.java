package dev.ringpost.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The faults of the files that prove who we are: each is named, and nothing of the files is shown.
 */
class CredentialFilesTest {

  private final ConfigFolder folder;

  CredentialFilesTest(@TempDir Path temporary) {
    folder = new ConfigFolder(temporary);
  }

  @Test
  void anAppHasOneCredential() {
    folder.certificate("desk", "");

    assertThat(folder.problems(ConfigFolder.SMALLEST + "    certificate: {file: desk.p12}\n"))
        .containsExactly("apps[0] (line 4): has a key and a certificate; keep one of them");
  }

  @Test
  void aKeyInThePlaceOfItsFileIsNotPrinted() {
    String pasted = "\"-----BEGIN PRIVATE KEY-----\\nMIGHAgEA\\n-----END PRIVATE KEY-----\"";

    assertThat(folder.problems(ConfigFolder.SMALLEST.replace("phone.p8", pasted)))
        .containsExactly(
            "apps[0].key.file (line 6): a key or certificate itself is not a file name;"
                + " write the name of a file that holds it");
  }

  @Test
  void aKeyNeedsAllOfItsParts() {
    assertThat(
            folder.problems(
                """
                kafka: {bootstrap-servers: kafka:9092}
                apps:
                  - bundle-ids: com.example.phone
                    key:
                """))
        .containsExactly(
            "apps[0].key.file: is missing; write the name of a file that holds it",
            "apps[0].key.team-id: is missing; write the 10 characters A-Z and 0-9 that Apple shows"
                + " as the team id",
            "apps[0].key.key-id: is missing; write the 10 characters A-Z and 0-9 that Apple shows"
                + " beside the key, or name a file that holds them: key-id-file");
  }

  @Test
  void aKeyHasItsIdOnce() {
    folder.write("phone.key-id", "ABC123DEFG\n");

    assertThat(
            folder.problems(ConfigFolder.SMALLEST + "      key-id-file: phone.key-id\n").getFirst())
        .isEqualTo("apps[0].key.key-id (line 7): is set beside key-id-file; keep one of them");
  }

  @Test
  void aFileThatHoldsNoSigningKeyIsNamed() {
    folder.write("p384.p8", ConfigFolder.pem("PRIVATE KEY", ConfigFolder.ellipticKey("secp384r1")));

    assertThat(folder.problems(ConfigFolder.SMALLEST.replace("phone.p8", "p384.p8")))
        .containsExactly(
            "apps[0].key.file (line 6): "
                + folder.path("p384.p8")
                + " holds an EC key, not a signing key (PKCS#8 in PEM, elliptic curve P-256); name"
                + " the .p8 file that Apple's developer site gave out");
  }

  @Test
  void aPassphraseThatOpensNothingIsNamedAndNotShown() {
    folder.certificate("desk", ConfigFolder.PASSPHRASE).write("wrong.passphrase", "hunter2\n");

    assertThat(folder.problems(desk("{file: desk.p12, passphrase-file: wrong.passphrase}")))
        .containsExactly(
            "apps[0].certificate.passphrase-file (line 4): holds a passphrase that does not open "
                + folder.path("desk.p12")
                + "; write the passphrase that it was exported with");
    assertThat(folder.problems(desk("{file: desk.p12}")))
        .containsExactly(
            "apps[0].certificate.file (line 4): "
                + folder.path("desk.p12")
                + " has a passphrase; write it into a file and name that under"
                + " certificate.passphrase-file");
  }

  @Test
  void aCertificateOfAnotherAppIsNamed() {
    folder.certificate("desk", "");

    assertThat(
            folder.problems(
                desk("{file: desk.p12}").replace("com.example.desk", "com.example.phone")))
        .singleElement()
        .asString()
        .startsWith("apps[0].bundle-ids (line 3): has com.example.phone, but the certificate in ");
  }

  @Test
  void aPassphraseInThePlaceOfItsFileIsNotPrinted() {
    folder.certificate("desk", ConfigFolder.PASSPHRASE);

    for (String typed : List.of("hunter2", "\"hunter2\\0\"")) {
      assertThat(folder.problems(desk("{file: desk.p12, passphrase-file: " + typed + "}")))
          .first()
          .asString()
          .startsWith("apps[0].certificate.passphrase-file (line 4): ")
          .doesNotContain("hunter2");
    }
  }

  @Test
  void aCertificateThatHasExpiredIsAProblem() {
    folder.certificate("desk", "", () -> Instant.now().minus(Duration.ofDays(800)));

    assertThat(folder.problems(desk("{file: desk.p12}")))
        .singleElement()
        .asString()
        .startsWith("apps[0].certificate.file (line 4): ")
        .contains("expired at")
        .endsWith("; get a new one from Apple");
  }

  @Test
  void aCertificateIsJudgedByTheClockThatIsHandedIn() {
    folder.certificate("desk", "");
    Instant later = Instant.now().plus(Duration.ofDays(8000));

    assertThat(folder.problems(desk("{file: desk.p12}"))).isEmpty();
    assertThat(folder.problems(desk("{file: desk.p12}"), Map.of(), () -> later))
        .singleElement()
        .asString()
        .contains("expired at");
  }

  @Test
  void trustedCertificatesAreReadAtStart() {
    assertThat(folder.problems(ConfigFolder.SMALLEST + "apns: {trusted-certificates: phone.p8}\n"))
        .containsExactly(
            "apns.trusted-certificates (line 9): "
                + folder.path("phone.p8")
                + " holds no certificate; name a PEM file of X.509 certificates");
  }

  private static String desk(String certificate) {
    return """
    kafka: {bootstrap-servers: kafka:9092}
    apps:
      - bundle-ids: com.example.desk
        certificate: %s
    """
        .formatted(certificate);
  }
}
