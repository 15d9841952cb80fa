package dev.ringpost.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.chart.Chart;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import dev.ringpost.testing.TestInTurn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Each alert, tried by promtool: it fires when it should, and holds its peace when it should. */
@Execution(ExecutionMode.CONCURRENT)
@Needs(Need.PROMETHEUS)
@Timeout(120)
class AlertsTest {

  private static final List<Scenario> SCENARIOS =
      Stream.of(AlertScenarios.ALL, GatewayAlertScenarios.ALL, HealthAlertScenarios.ALL)
          .flatMap(List::stream)
          .toList();

  private static final String KEPT = AlertScenarios.KEPT;
  private static final String MISSED = AlertScenarios.MISSED;

  private static final String OWNED =
      "ringpost_partitions{source=\"invites\", namespace=\"ringpost\", job=\"ringpost\","
          + " pod=\"%s\"} %dx20";

  private static final String HEAD =
      "rule_files: ['" + Rules.FILE.toAbsolutePath() + "']\nevaluation_interval: %s\ntests:\n";

  /** Which alerts fire, by the minute. */
  private static final Map<String, String> FIRST_PAGES =
      Map.of(
          "2m",
          "",
          "3m",
          "RingpostKafkaAway",
          "10m",
          "RingpostKafkaAway",
          "20m",
          "RingpostKafkaAway");

  /** What two workers show from the third minute on, when Kafka has gone. */
  private static final List<String> KAFKA_AWAY =
      List.of(
          "ringpost_kafka_reachable{pod=\"a\"} 1x8 0x72",
          "ringpost_kafka_reachable{pod=\"b\"} 1x8 0x72",
          "ringpost_ready{pod=\"a\"} 1x14 0x66",
          "ringpost_ready{pod=\"b\"} 1x14 0x66",
          "ringpost_invites_oldest_unsettled_seconds{source=\"invites\"} 0x7 0+15x72",
          "ringpost_partitions{source=\"invites\"} 12x10 0x70",
          "ringpost_view_behind_seconds{view=\"tokens\"} 0x7 0+15x72",
          "ringpost_outputs_total{kind=\"result\", end=\"tried_again\"} 0x7 0+30x72",
          "ringpost_outputs_waiting{kind=\"result\"} 0x7 5x72",
          "ringpost_retries_total{retry=\"1\"} 0x4 0+5x76",
          "ringpost_retry_lateness_seconds_count{} 0x80",
          KEPT + "0+100x8 800x72",
          MISSED + "0x8 0+20x72");

  /**
   * In the order that they would come in, each alone would be right; one that names it is enough.
   */
  @TestInTurn
  void whileKafkaIsAwayOnePageSaysSoAndNoOther(@TempDir Path folder) throws IOException {
    Path test = folder.resolve("kafka.test.yaml");
    Files.writeString(
        test,
        HEAD.formatted("15s") + Scenario.firing("Kafka is away", "15s", KAFKA_AWAY, FIRST_PAGES));

    Promtool.End end = Promtool.testRules(test);

    assertThat(end.code()).as(end.output()).isZero();
  }

  /** The chart's own rule, which knows how many partitions there are. */
  @TestInTurn
  void aPartitionThatNeverHadAnOwnerIsTold(@TempDir Path folder) throws IOException {
    var scenario =
        new Scenario(
            "RingpostPartitionNeverOwned",
            "20m",
            List.of(OWNED.formatted("ringpost-5d9f7c8b64-x2x4z", 11)),
            List.of(
                OWNED.formatted("ringpost-5d9f7c8b64-x2x4z", 6),
                OWNED.formatted("ringpost-5d9f7c8b64-k8k9z", 6),
                OWNED.formatted("ringpost-other-5d9f7c8b64-x2x4z", 4)));
    String spec =
        Chart.with("monitoring: {prometheusRule: {enabled: true}}")
            .of("PrometheusRule")
            .getFirst()
            .get("spec")
            .toString();
    Path rules = Files.writeString(folder.resolve("rules.yaml"), spec);
    Path test = folder.resolve("chart.test.yaml");
    Files.writeString(
        test,
        HEAD.formatted("1m").replace(Rules.FILE.toAbsolutePath().toString(), rules.toString())
            + scenario.yaml());

    Promtool.End end = Promtool.testRules(test);

    assertThat(end.code()).as(end.output()).isZero();
  }

  @TestInTurn
  void prometheusTakesTheRules() {
    Promtool.End end = Promtool.checkRules(Rules.FILE);

    assertThat(end.code()).as(end.output()).isZero();
  }

  @TestInTurn
  void eachAlertFiresWhenItShouldAndNotOtherwise(@TempDir Path folder) throws IOException {
    Map<String, List<Scenario>> byStep =
        SCENARIOS.stream().collect(Collectors.groupingBy(Scenario::step));
    for (var same : byStep.entrySet()) {
      Path test = folder.resolve(same.getKey() + ".test.yaml");
      Files.writeString(
          test,
          HEAD.formatted(same.getKey())
              + same.getValue().stream().map(Scenario::yaml).collect(Collectors.joining()));

      Promtool.End end = Promtool.testRules(test);

      assertThat(end.code()).as(end.output()).isZero();
    }
  }

  @TestInTurn
  void noAlertIsUntried() {
    assertThat(SCENARIOS.stream().map(Scenario::alert).distinct())
        .containsExactlyInAnyOrderElementsOf(
            Rules.alerts().stream().map(rule -> rule.get("alert").asText()).toList());
  }
}
