package dev.ringpost.apns.credentials;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.ApnsSettings.Endpoint;
import dev.ringpost.apns.path.ApnsSettings.Expiration;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.testing.apns.LocalCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the credentials of all apps is told together. */
class CredentialsTest {

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
            "apps[0].key.file "
                + missing
                + " does not exist; correct the name, or put the file"
                + " there",
            "apps[0].key.key-id must be Apple's 10 letters and digits, not 'short'; write it as"
                + " Apple's developer site shows it",
            "apps[0].key.team-id must be Apple's 10 letters and digits, not 'much too long'; write"
                + " it as Apple's developer site shows it",
            "apps[1].certificate.file "
                + folder.resolve("missing.p12")
                + " does not exist; correct the name, or put the file there");
  }

  @Test
  void trustedCertificatesAreChecked() throws Exception {
    CredentialSettings good = key(local.signingKey("ABC123DEFG", "TEAM123456").file());
    Path text = write("text.pem", "not a certificate");

    assertThat(problems(settings(Optional.of(text), good)))
        .singleElement()
        .satisfies(line -> assertThat(line).startsWith("apns.trusted-certificates " + text));
    assertThat(problems(settings(Optional.of(local.trustedCertificates()), good))).isEmpty();
  }

  @Test
  void nothingIsBuiltOnBadFiles() {
    ApnsSettings settings = settings(Optional.empty(), key(folder.resolve("missing.p8")));

    assertThatThrownBy(() -> Credentials.load(settings.apps(), settings.trustedCertificates(), now))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("missing.p8 does not exist");
  }

  private List<String> problems(CredentialSettings... credentials) {
    return problems(settings(Optional.empty(), credentials));
  }

  private List<String> problems(ApnsSettings settings) {
    return Credentials.problems(settings.apps(), settings.trustedCertificates(), now).stream()
        .map(Finding::line)
        .toList();
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
        trusted,
        Optional.empty(),
        ApnsSettings.Canary.OFF,
        Optional.empty());
  }

  private static CredentialSettings key(Path file) {
    return new CredentialSettings.SigningKey(file, "ABC123DEFG", "TEAM123456");
  }

  private static CredentialSettings certificate(Path file) {
    return new CredentialSettings.Certificate(file, Optional.empty(), Optional.empty());
  }

  private Path write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text, US_ASCII);
  }
}
