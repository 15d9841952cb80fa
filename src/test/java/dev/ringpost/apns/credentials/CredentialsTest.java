package dev.ringpost.apns.credentials;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.testing.apns.LocalCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The faults of the credentials of all apps, reported together. */
class CredentialsTest {

  private static final BundleId PHONE = new BundleId("com.example.phone");

  private final Instant now = Instant.now();

  @TempDir Path folder;

  private LocalCredentials local;

  @BeforeEach
  void makeFiles() {
    local = LocalCredentials.in(folder);
  }

  @Test
  void allMistakesAreNamedTogether() {
    Path missing = folder.resolve("missing.p8");

    List<String> problems =
        problems(
            new CredentialSettings.SigningKey(missing, "short", "much too long"),
            certificate(folder.resolve("missing.p12")));

    assertThat(problems)
        .containsExactly(
            "key.file " + missing + " does not exist; correct the name, or put the file" + " there",
            "key.key-id must be Apple's 10 letters and digits, not 'short'; write it as"
                + " Apple's developer site shows it",
            "key.team-id must be Apple's 10 letters and digits, not 'much too long'; write"
                + " it as Apple's developer site shows it",
            "certificate.file "
                + folder.resolve("missing.p12")
                + " does not exist; correct the name, or put the file there");
  }

  @Test
  void trustedCertificatesAreChecked() throws Exception {
    Path text = write("text.pem", "not a certificate");

    assertThat(trust(text))
        .singleElement()
        .satisfies(line -> assertThat(line).startsWith("apns.trusted-certificates " + text));
    assertThat(trust(local.trustedCertificates())).isEmpty();
  }

  private static List<String> trust(Path file) {
    List<Finding> problems = new ArrayList<>();
    var _ = Credentials.trusted(Optional.of(file), problems);
    return problems.stream().map(Finding::line).toList();
  }

  private List<String> problems(CredentialSettings... credentials) {
    return Arrays.stream(credentials)
        .flatMap(it -> CredentialReader.flaws(it, List.of(PHONE), now).stream())
        .map(Finding::line)
        .toList();
  }

  private static CredentialSettings certificate(Path file) {
    return new CredentialSettings.Certificate(file, Optional.empty(), Optional.empty());
  }

  private Path write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text, US_ASCII);
  }
}
