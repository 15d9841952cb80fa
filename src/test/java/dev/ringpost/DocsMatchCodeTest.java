package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.telemetry.MeterName;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.PrometheusNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tables in {@code docs/} that restate code say what the code says. With {@code -Dupdate.docs=true}
 * the generated page is written instead of compared.
 */
class DocsMatchCodeTest {

  private static final Path METRICS = Path.of("docs", "metrics.md");
  private static final Path EVENTS = Path.of("docs", "events.md");
  private static final Path RUNBOOK = Path.of("docs", "runbook.md");

  @Test
  void theMetricsPageIsTheOneThatTheMetersMake() throws IOException {
    String page = metricsPage();
    if (Boolean.getBoolean("update.docs")) {
      Files.writeString(METRICS, page);
    }
    assertThat(Files.readString(METRICS))
        .as(
            "docs/metrics.md; to write it again: mvn test -Dtest=DocsMatchCodeTest"
                + " -Dupdate.docs=true")
        .isEqualTo(page);
  }

  @Test
  void everyVerdictStandsInTheEventsPageWithItsSuggestion() throws IOException {
    Map<String, String> expected = new TreeMap<>();
    for (Verdict verdict : Verdict.values()) {
      expected.put(verdict.wire(), verdict.suggest().wire());
    }
    assertThat(secondColumn(table("verdicts"))).isEqualTo(expected);
  }

  @Test
  void theRunbookHasARowForEveryVerdict() throws IOException {
    assertThat(firstColumn(table(RUNBOOK, "runbook verdicts")))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Verdict.values()).map(Verdict::wire).toList());
  }

  @Test
  void everyOutcomeOfADeviceStandsInTheEventsPage() throws IOException {
    List<String> codes =
        Stream.of(
                Stream.of("accepted", "token_gone"),
                Arrays.stream(PushOutcome.RetryReason.values()).map(PushOutcome.RetryReason::code),
                Arrays.stream(PushOutcome.RejectionReason.values())
                    .map(PushOutcome.RejectionReason::code),
                Arrays.stream(PushOutcome.NotSentReason.values())
                    .map(PushOutcome.NotSentReason::code))
            .flatMap(codesOfOne -> codesOfOne)
            .toList();
    assertThat(firstColumn(table("outcomes"))).containsExactlyInAnyOrderElementsOf(codes);
  }

  @Test
  void everyReasonOfADeadLetterStandsInTheEventsPage() throws IOException {
    assertThat(firstColumn(table("reasons")))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(DeadLetterReason.values()).map(DeadLetterReason::code).toList());
  }

  @Test
  void theTestVectorsOfTheEventsPageAreRight() throws IOException {
    Matcher vectors =
        Pattern.compile("\\| `([^`]+)` \\| `([0-9a-f-]{36})` \\|")
            .matcher(Files.readString(EVENTS));
    int found = 0;
    while (vectors.find()) {
      assertThat(CallUuid.from(new CallId(vectors.group(1)))).hasToString(vectors.group(2));
      found++;
    }
    assertThat(found).isEqualTo(3);
    assertThat(Files.readString(EVENTS)).contains("`" + CallUuid.NAMESPACE + "`");
  }

  private static List<String> table(String name) throws IOException {
    return table(EVENTS, name);
  }

  private static List<String> table(Path file, String name) throws IOException {
    String page = Files.readString(file);
    String from = "<!-- " + name + ": compared with the code -->\n";
    assertThat(page).contains(from);
    return page.substring(page.indexOf(from) + from.length())
        .lines()
        .takeWhile(line -> line.startsWith("|"))
        .skip(2)
        .toList();
  }

  private static List<String> firstColumn(List<String> rows) {
    return rows.stream().map(row -> row.split("`", -1)[1]).toList();
  }

  private static Map<String, String> secondColumn(List<String> rows) {
    return rows.stream()
        .map(row -> row.split("`", -1))
        .collect(Collectors.toMap(cells -> cells[1], cells -> cells[3]));
  }

  private static String metricsPage() {
    var page = new StringBuilder();
    page.append(
        """
        # Metrics

        Made from the code: change the enums behind `MeterName` and this page with them; a test compares the two.
        `/metrics` also has the meters of the JVM (`jvm_…`, `process_…`, `system_…`) and of the Kafka clients
        (`kafka_consumer_…`, `kafka_producer_…`, by `client_id`).
        No tag ever holds a user, a token, a call or free text of Apple's.

        Times are histograms; each has `_bucket`, `_count`, `_sum` and `_max`. The buckets end at
        %s.

        Whoever asks for `application/openmetrics-text` gets OpenMetrics, as Prometheus asks by itself; anybody else its older
        text. The names of Ringpost's series are the same. In OpenMetrics the buckets of `ringpost_invite_to_written_seconds`,
        `ringpost_push_to_answer_seconds`, `ringpost_push_budget_left_seconds` and `ringpost_invite_to_verdict_seconds` carry
        exemplars: `trace_id` and `span_id` of an invite whose `traceparent` is valid and sampled, and nothing else of it.
        At most one measurement of a series in 90 ms is looked at for that, so a rare trace may show late or not at all.
        Prometheus keeps exemplars with `--enable-feature=exemplar-storage`.

        | Prometheus name | kind | tags | what it means |
        |---|---|---|---|
        """
            .formatted(
                Telemetry.BUCKETS.stream()
                    .map(
                        bucket ->
                            bucket.toMillis() < 1000
                                ? bucket.toMillis() + " ms"
                                : bucket.toSeconds() + " s")
                    .collect(Collectors.joining(", "))));
    for (MeterName name : MeterName.all()) {
      page.append("| `")
          .append(PrometheusNames.of(name))
          .append("` | ")
          .append(name.kind().name().toLowerCase(java.util.Locale.ROOT))
          .append(" | ")
          .append(
              name.tags().stream().map(tag -> "`" + tag + "`").collect(Collectors.joining(", ")))
          .append(" | ")
          .append(name.description())
          .append(" |\n");
    }
    return page.toString();
  }
}
