package dev.ringpost.tools.apple;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lines of a worker's check about tokens for Apple's data export. */
@Timeout(10)
class TokenFindingsTest {

  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");

  @TempDir Path folder;

  @Test
  void eachAppThatHasATokenIsTold() throws Exception {
    Path tokens = Files.createDirectory(folder.resolve("apple"));
    Files.writeString(tokens.resolve("com.example.phone"), "t0ken\n2026-12-12\n");
    Files.writeString(tokens.resolve("com.example.desk"), "t0ken\n2027-03-01\n");
    Files.writeString(tokens.resolve("com.example.watch"), "two words");

    assertThat(findings("token-folder: apple"))
        .extracting(Finding::severity, Finding::subject)
        .containsExactly(
            tuple(Severity.WARNING, "com.example.phone"),
            tuple(Severity.OK, "com.example.desk"),
            tuple(Severity.WARNING, "com.example.watch"));
    assertThat(findings("token-folder: apple").toString()).doesNotContain("t0ken", "two words");
  }

  /** Workers and their check need not be where the tokens are. */
  @Test
  void whereNoFolderIsNothingIsSaid() throws Exception {
    assertThat(findings("token-folder: elsewhere")).isEmpty();
    assertThat(findings("")).isEmpty();
  }

  private List<Finding> findings(String metrics) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("ringpost.yaml"),
            """
            kafka: {bootstrap-servers: "kafka:9092"}
            apns: {delivery-metrics: {%s}}
            apps:
              - bundle-ids: [com.example.phone, com.example.desk, com.example.watch]
                key: {file: gone.p8, key-id: ABC123DEFG, team-id: TEAM123456}
              - bundle-ids: [com.example.tablet]
                key: {file: gone.p8, key-id: ABC123DEFG, team-id: TEAM123456}
            """
                .formatted(metrics));
    return TokenFindings.of(ConfigLoader.loadWithoutCredentials(file, Map.of()), NOW);
  }
}
