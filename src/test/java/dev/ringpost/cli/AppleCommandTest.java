package dev.ringpost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.cli.operator.OperatorCommands;
import dev.ringpost.tools.apple.LocalDataExport;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ringpost apple} as it is typed; no Kafka is reachable, and no key's file is there. */
@Timeout(60)
class AppleCommandTest {

  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final String TOKEN = "data-export-s3cret";
  private static final String CSV =
      "Push Type,Status,Date (UTC),Count\nvoip,Delivered,2026-11-29,1200\n";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;
  private Path tokens;

  @BeforeEach
  void make() throws IOException {
    tokens = Files.createDirectory(folder.resolve("apple"));
  }

  @Test
  void applesCountsAreToldAlsoWhereTheResultsCannotBeRead() throws Exception {
    try (var apple = export()) {
      Files.writeString(tokens.resolve("com.example.phone"), TOKEN + "\n2026-12-12\n");

      assertThat(run(config(apple.url()))).isEqualTo(69);
    }
    assertThat(out.toString())
        .contains(
            "        1200  Delivered",
            "Its token for Apple's data export ends in 12 days, on 2026-12-12",
            "com.example.desk: not asked",
            "What was accepted here is not known: ")
        .doesNotContain(TOKEN);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aRefusedTokenHasAnExitCodeOfItsOwn() throws Exception {
    try (var apple = export()) {
      Files.writeString(tokens.resolve("com.example.phone"), "an0ther-token");

      assertThat(run(config(apple.url()))).isEqualTo(77);
    }
    assertThat(out.toString()).contains("401").doesNotContain("an0ther-token");
  }

  @Test
  void withoutAFolderTheConfigurationIsWhatIsWrong() throws Exception {
    Path file = folder.resolve("ringpost.yaml");
    Files.writeString(file, "kafka: {bootstrap-servers: \"no.such.invalid:9092\"}\n");

    assertThat(run(file)).isEqualTo(78);
    assertThat(err.toString()).contains("apns.delivery-metrics.token-folder: is missing");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void whereNoAppHasATokenItIsSaidUnderWhichNames() throws Exception {
    assertThat(run(config("https://api.icloud.apple.com"))).isEqualTo(78);
    assertThat(err.toString())
        .contains(
            "apns.delivery-metrics.token-folder: has no file that is named as an app",
            "com.example.phone, com.example.desk");
  }

  @Test
  void allThatIsWrongIsToldAtOnceAndNobodyIsAsked() throws Exception {
    Files.writeString(tokens.resolve("com.example.phone"), "two words");
    Files.writeString(tokens.resolve("com.example.desk"), TOKEN);

    assertThat(run(config("https://api.icloud.apple.com"))).isEqualTo(78);
    assertThat(err.toString())
        .contains(
            "has a file com.example.phone that does not hold a token",
            "apns.delivery-metrics.team-id: is missing, and com.example.desk has a certificate")
        .doesNotContain("two words", TOKEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--days=1", "--days=31", "--wait-seconds=0", "--wait-seconds=3601"})
  void whatAppleDoesNotOfferIsAMistake(String option) throws Exception {
    assertThat(run(config("https://api.icloud.apple.com"), option)).isEqualTo(2);
    assertThat(err.toString()).contains(option.substring(0, option.indexOf('=')) + ": must be ");
  }

  private static LocalDataExport export() {
    return LocalDataExport.start("TEAM123456", LocalDate.of(2026, 11, 30))
        .app("com.example.phone", TOKEN, CSV);
  }

  private Path config(String url) throws IOException {
    return Files.writeString(
        folder.resolve("ringpost.yaml"),
        """
        kafka: {bootstrap-servers: "no.such.invalid:9092"}
        apns:
          delivery-metrics: {token-folder: apple, url: "%s"}
        apps:
          - bundle-ids: [com.example.phone]
            key: {file: gone.p8, key-id: ABC123DEFG, team-id: TEAM123456}
          - bundle-ids: [com.example.desk]
            certificate: {file: gone.p12}
        """
            .formatted(url));
  }

  private int run(Path config, String... options) {
    String[] arguments = new String[options.length + 3];
    arguments[0] = "apple";
    arguments[1] = "--config";
    arguments[2] = config.toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    var printed = new PrintWriter(out);
    var told = new PrintWriter(err);
    return new Cli(
            printed,
            told,
            Logging.of(new LoggerContext()),
            OperatorCommands.all(
                    Map.of(),
                    () -> NOW,
                    UUID::randomUUID,
                    _ -> {},
                    InputStream.nullInputStream(),
                    _ -> {},
                    _ -> 0,
                    printed,
                    told)
                .toArray())
        .run(arguments);
  }
}
