package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.TestInTurn;
import dev.ringpost.testing.WorkerProcess;
import dev.ringpost.testing.apns.LocalCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The shipped jar as operators meet it: arguments, exit codes, signals, output. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(90)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandLineIT {

  private final AtomicInteger launched = new AtomicInteger();
  private Path folder;
  private LocalCredentials credentials;
  private LocalKafka kafka;

  /** Started first, as it takes the longest: half a minute is what a start waits for Kafka. */
  private WorkerProcess withoutKafka;

  @BeforeAll
  void start(@TempDir Path folder) {
    this.folder = folder;
    credentials = LocalCredentials.in(folder);
    withoutKafka =
        WorkerProcess.start(config("localhost:" + FreePort.find()), folder, "without-kafka");
    kafka = LocalKafka.start();
  }

  @AfterAll
  void stop() {
    withoutKafka.close();
    kafka.close();
  }

  @TestInTurn
  void questionsAndMistakesAreAnswered() {
    try (var version = launch("--version");
        var help = launch("--help");
        var helpOnRun = launch("run", "--help");
        var wrong = launch("rnu")) {
      assertThat(version.awaitEnd()).isEqualTo(ExitCode.CLEAN.number());
      assertThat(version.output()).matches("(?s)ringpost \\d+\\.\\d+\\.\\d+\\S*\\RJava \\d+.*");

      assertThat(help.awaitEnd()).isEqualTo(ExitCode.CLEAN.number());
      assertThat(help.output()).contains("Usage: ringpost", "run", "Exit codes:", "69", "78");

      assertThat(helpOnRun.awaitEnd()).isEqualTo(ExitCode.CLEAN.number());
      assertThat(helpOnRun.output()).contains("--config=FILE", "RINGPOST_KAFKA_BOOTSTRAP_SERVERS");

      assertThat(wrong.awaitEnd()).isEqualTo(ExitCode.USAGE.number());
      assertThat(wrong.output().lines())
          .containsExactly(
              "ringpost: Unmatched argument at index 0: 'rnu'", "See: ringpost --help");
    }
  }

  @TestInTurn
  void aBrokenConfigurationIsToldAtOnceAndWhole() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("broken.yaml"),
            """
            kafka: {bootstrap-server: "kafka:9092"}
            ring: {default: 30 bananas}
            apps:
              - bundle-ids: [com.example.phone]
                key: {file: nowhere.p8, key-id: KEYKEYKEY1, team-id: TEAMTEAM01}
            """);
    try (var process = launch("run", "--config", file.toString())) {
      assertThat(process.awaitEnd()).isEqualTo(ExitCode.CONFIGURATION.number());
      assertThat(process.output().lines().toList())
          .startsWith(file + " has 4 problems; nothing was started.")
          .anyMatch(line -> line.contains("kafka.bootstrap-server (line 1): unknown key"))
          .anyMatch(line -> line.contains("kafka.bootstrap-servers: is missing"))
          .anyMatch(line -> line.contains("ring.default (line 2)"))
          .anyMatch(line -> line.contains("nowhere.p8"))
          .hasSize(5);
    }
  }

  @TestInTurn
  void missingTopicsAreNamedEachWithItsFix() {
    var environment =
        Map.of("RINGPOST_TOPICS_CREATE", "false", "RINGPOST_TOPICS_INVITES", "other-invites");
    try (var process =
        WorkerProcess.start(config(kafka.bootstrapServers()), folder, "no-topics", environment)) {
      assertThat(process.awaitEnd()).isEqualTo(ExitCode.UNAVAILABLE.number());
      assertThat(process.output())
          .contains("topic other-invites does not exist; fix: kafka-topics.sh --bootstrap-server ")
          .contains("--create --topic other-invites --partitions 6 --replication-factor 1");
    }
  }

  /** Its output is the report and nothing else, though there is much that libraries would log. */
  @TestInTurn
  void checkReportsToMachinesWhatFailed() {
    String config = config(kafka.bootstrapServers()).toString();
    try (var made = launch("topics", "create", "--config", config)) {
      assertThat(made.awaitEnd()).as(made.output()).isEqualTo(ExitCode.CLEAN.number());
    }
    try (var check = launch("check", "--config", config, "--output", "json")) {
      assertThat(check.awaitEnd()).isEqualTo(ExitCode.UNAVAILABLE.number());
      JsonNode report = CallPlatform.json(check.output());
      assertThat(report.path("status").asText()).isEqualTo("failed");
      assertThat(report.path("lines"))
          .filteredOn(line -> line.path("status").asText().equals("failed"))
          .extracting(line -> line.path("subject").asText())
          .containsExactly("production", "sandbox");
    }
  }

  @TestInTurn
  void sigtermLeavesTheGroupAndExitsWithZero() throws Exception {
    var environment = Map.of("RINGPOST_LOG_FORMAT", "json", "RINGPOST_LOG_LEVEL", "debug");
    try (var process =
        WorkerProcess.start(config(kafka.bootstrapServers()), folder, "stopped", environment)) {
      process.awaitReady();
      assertThat(members()).isEqualTo(1);

      assertThat(process.terminate()).isEqualTo(ExitCode.CLEAN.number());

      assertThat(members()).isZero();
      List<String> lines = process.output().lines().toList();
      assertThat(lines).hasSizeGreaterThan(10).allSatisfy(CommandLineIT::isEvent);
      assertThat(process.output()).contains("\"message\":\"left\"");
    }
  }

  @TestInTurn
  void aKafkaThatDoesNotAnswerEndsTheStartInBoundedTime() {
    assertThat(withoutKafka.awaitEnd(Duration.ofSeconds(60)))
        .isEqualTo(ExitCode.UNAVAILABLE.number());
    assertThat(withoutKafka.output())
        .contains(
            "Ringpost did not start: 1 problem.",
            "gave no answer within 30 s: localhost:",
            " refuses connections; fix: check");
  }

  private static void isEvent(String line) {
    var event = CallPlatform.json(line);
    assertThat(Instant.parse(event.path("@timestamp").asText())).isNotNull();
    assertThat(event.path("level").asText()).isNotEmpty();
    assertThat(event.path("message").asText()).isNotEmpty();
  }

  private int members() throws ExecutionException, InterruptedException {
    try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      return admin
          .describeConsumerGroups(List.of("ringpost"))
          .all()
          .get()
          .values()
          .iterator()
          .next()
          .members()
          .size();
    }
  }

  private WorkerProcess launch(String... arguments) {
    Path log = folder.resolve("launched-" + launched.incrementAndGet() + ".log");
    return WorkerProcess.launch(log, arguments);
  }

  private Path config(String bootstrapServers) {
    return ConfigFile.of(bootstrapServers)
        .apns(credentials, FreePort.find(), FreePort.find())
        .apps("com.example.phone", credentials.signingKey("KEYKEYKEY1", "TEAMTEAM01"))
        .write(folder.resolve("ringpost-" + FreePort.find() + ".yaml"));
  }
}
