package dev.ringpost.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Origin;
import dev.ringpost.demo.Calls.Call;
import dev.ringpost.testing.apns.ReceivedPush;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What happened in the demo, as tables.
 *
 * @param calls every record that was published on the topic of invites
 * @param results every result that the call platform read
 * @param deadLetters how many dead letters it read
 * @param pushes every push that the local APNs saw
 */
record Report(
    Map<Origin, Call> calls, List<JsonNode> results, int deadLetters, List<ReceivedPush> pushes) {

  /** Differences that are printed one by one; the rest is counted. */
  private static final int SHOWN_DIFFERENCES = 20;

  void print(PrintStream out) {
    out.printf("%n%d records on the topic of invites%n", calls.size());
    table(out, "verdict", "calls", counts(results.stream().map(r -> r.path("verdict").asText())));
    out.printf("  %-20s %8d%n", "(dead letters)", deadLetters);
    table(
        out,
        "outcome",
        "devices",
        counts(
            results.stream()
                .flatMap(r -> StreamSupport.stream(r.path("devices").spliterator(), false))
                .map(device -> device.path("outcome").asText())));
    Percentiles arrival = Percentiles.of(pushes.stream().map(this::sinceAppend).toList());
    Percentiles told = Percentiles.of(results.stream().map(this::untilDecided).toList());
    out.printf("%n  %-36s %8s %8s %8s%n", "time from the append", "p50", "p95", "p99");
    row(out, "to the push's arrival at APNs", arrival);
    row(out, "to the verdict (all devices answered)", told);
  }

  /** Says whether the demo holds, and why not; true if it does. */
  boolean printVerdict(PrintStream out, List<String> differences) {
    if (differences.isEmpty()) {
      out.printf(
          "%nCross-check: %d calls, %d pushes at the local APNs and %d results agree.%n",
          calls.size(), pushes.size(), results.size());
      return true;
    }
    out.printf("%nCross-check FAILED, %d differences:%n", differences.size());
    differences.stream().limit(SHOWN_DIFFERENCES).forEach(line -> out.println("  " + line));
    return false;
  }

  private static Map<String, Long> counts(Stream<String> words) {
    return words.collect(Collectors.groupingBy(w -> w, TreeMap::new, Collectors.counting()));
  }

  private static void table(PrintStream out, String what, String of, Map<String, Long> counts) {
    out.printf("%n  %-20s %8s%n", what, of);
    counts.forEach((word, count) -> out.printf("  %-20s %8d%n", word, count));
  }

  private static void row(PrintStream out, String what, Percentiles times) {
    out.printf(
        "  %-36s %5d ms %5d ms %5d ms%n",
        what, times.at(50).toMillis(), times.at(95).toMillis(), times.at(99).toMillis());
  }

  /** From the record's timestamp, which the broker sets at the append, to the push's last byte. */
  private Duration sinceAppend(ReceivedPush push) {
    Instant invited = Instant.parse(push.json().at("/call/invitedAt").asText());
    return Duration.between(invited, push.arrivedAt());
  }

  private Duration untilDecided(JsonNode result) {
    return Duration.between(
        Instant.parse(result.path("invitedAt").asText()),
        Instant.parse(result.path("decidedAt").asText()));
  }
}
