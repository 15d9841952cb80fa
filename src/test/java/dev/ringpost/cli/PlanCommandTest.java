package dev.ringpost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.cli.report.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ringpost plan} and {@code ringpost cell} as they are typed. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PlanCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  @Test
  void aPlanNeedsCallsAndDevicesAlone() {
    assertThat(run("plan", "--calls", "2000", "--devices", "10000000")).isZero();

    assertThat(out.toString())
        .contains("Demand", "Pods", "APNs", "Kafka", "Rebalance", "Warnings", "Assumptions")
        .contains("  measured   ", "  documented ", "  guessed    ");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 96);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theSettingsOfAFileCount() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("ringpost.yaml"),
            """
            kafka: {bootstrap-servers: "kafka:9092", properties: {session.timeout.ms: 10000}}
            apns: {connections: 7}
            topics: {invites: my-invites}
            """);

    assertThat(run("plan", "--calls", "9", "--devices", "9", "-c", file.toString(), "-o", "json"))
        .isZero();

    var plan = new JsonMapper().readTree(out.toString());
    assertThat(plan.at("/apns/connectionsOfAPod").asInt()).isEqualTo(7);
    assertThat(plan.at("/kafka/topics/0/topic").asText()).isEqualTo("my-invites");
    assertThat(plan.at("/rebalance/secondsWithoutOwner").asDouble()).isEqualTo(11.5);
    assertThat(plan.at("/warnings")).isEmpty();
  }

  @Test
  void aWrongFileIsTold() throws Exception {
    Path file = Files.writeString(folder.resolve("bad.yaml"), "colour: blue\nkafka: {}\n");
    assertThat(run("plan", "--calls", "9", "--devices", "9", "-c", file.toString()))
        .isEqualTo(ExitCode.CONFIGURATION.number());

    Path session =
        Files.writeString(
            folder.resolve("session.yaml"),
            "kafka: {bootstrap-servers: \"kafka:9092\", properties: {session.timeout.ms: soon}}");
    assertThat(run("plan", "--calls", "9", "--devices", "9", "-c", session.toString()))
        .isEqualTo(ExitCode.CONFIGURATION.number());

    assertThat(err.toString())
        .contains("bad.yaml is not in order; nothing was planned.", "1. colour (line 1): unknown")
        .contains("kafka.properties: Kafka's consumer refuses session.timeout.ms")
        .doesNotContain("soon");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void whatIsOutOfBoundsIsAWrongCommandLine() {
    assertThat(run("plan", "--calls", "9")).isEqualTo(ExitCode.USAGE.number());
    assertThat(run("plan", "--calls", "-1", "--devices", "9")).isEqualTo(ExitCode.USAGE.number());
    assertThat(run("cell", "alice", "--cells", "0")).isEqualTo(ExitCode.USAGE.number());
    assertThat(run("cell", "--cells", "3")).isEqualTo(ExitCode.USAGE.number());
    assertThat(run("cell", "a", "", "--cells", "3")).isEqualTo(ExitCode.USAGE.number());

    assertThat(err.toString())
        .contains("Missing required option: '--devices=NUMBER'", "See: ringpost plan --help")
        .contains("--calls must be 0.01 to 10000000, not -1")
        .contains("there are 1 to 100000 cells, not 0", "See: ringpost cell --help");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aCellIsPrintedForEachUser() {
    assertThat(run("cell", "alice", "bob", "--cells", "25")).isZero();

    assertThat(out.toString().lines()).containsExactly("18\talice", "16\tbob");
  }

  @Test
  void helpTellsOutputExamplesAndExitCodes() {
    assertThat(run("plan", "--help")).isZero();
    assertThat(run("cell", "--help")).isZero();

    assertThat(out.toString()).contains("Output:", "Examples:", "Exit codes:", "docs/capacity.md");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 96);
  }

  private int run(String... arguments) {
    var to = new PrintWriter(out);
    var errors = new PrintWriter(err);
    return new Cli(
            to,
            errors,
            Logging.of(new LoggerContext()),
            new PlanCommand(Map.of(), to, errors),
            new CellCommand(to))
        .run(arguments);
  }
}
