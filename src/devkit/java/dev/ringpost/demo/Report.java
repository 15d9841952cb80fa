package dev.ringpost.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Origin;
import dev.ringpost.call.WireTime;
import dev.ringpost.demo.Calls.Call;
import dev.ringpost.testing.Percentiles;
import dev.ringpost.testing.apns.ReceivedPush;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The report of what happened in the demo, as tables.
 *
 * @param calls every record that was published on the topic of invites
 * @param results what the call platform was told
 * @param deadLetters every dead letter
 * @param rings what the local APNs saw
 * @param faults when they were in trouble
 * @param metrics the worker's page of metrics
 */
record Report(
    Map<Origin, Call> calls,
    Results results,
    List<ConsumerRecord<byte[], byte[]>> deadLetters,
    Rings rings,
    FaultSchedule faults,
    MetricsPage metrics) {

  /** Differences that are printed one by one; the rest is counted. */
  private static final int SHOWN_DIFFERENCES = 20;

  private static final String RING_THROUGH = "ringpost_ring_through_seconds";

  void print(PrintStream out) {
    out.printf("%n%d records on the topic of invites%n", calls.size());
    faults
        .phases()
        .forEach(
            phase ->
                out.printf(
                    "  %s from %s to %s%n",
                    phase.kind().words, WireTime.of(phase.from()), WireTime.of(phase.to())));
    table(out, "last verdict", "calls", counts(verdicts(results.last().stream())));
    table(
        out,
        "outcome of a try",
        "devices",
        counts(
            results
                .all()
                .flatMap(r -> StreamSupport.stream(r.path("devices").spliterator(), false))
                .map(device -> device.path("outcome").asText())));
    table(out, "retries by number", "invites", metrics.counter("ringpost_retries_total", "retry"));
    table(out, "signals", "records", metrics.counter("ringpost_signals_total", "type"));
    table(
        out,
        "dead letters",
        "records",
        counts(deadLetters.stream().map(l -> CrossCheck.header(l, "ringpost-reason"))));
    printRings(out);
    printTimes(out);
  }

  private void printRings(PrintStream out) {
    Map<Long, Long> times = rings.timesRung();
    out.printf("%n  %-44s %8s%n", "rings (pushes that APNs took)", "");
    times.forEach((n, devices) -> line(out, "device rang " + n + " x in a call", devices));
    line(out, "most rings of a device in a call", Collections.max(times.keySet()));
    line(
        out,
        "double rings (answer lost by the GOAWAY)",
        times.entrySet().stream().mapToLong(e -> (e.getKey() - 1) * e.getValue()).sum());
    int late = rings.late(CrossCheck.LATE_SLACK).size();
    line(out, "pushes within 0.5 s after the deadline", rings.late(Duration.ZERO).size() - late);
    line(out, "pushes later than that (none is allowed)", late);
    int afterTheEnd = rings.afterTheEnd(CrossCheck.END_SLACK).size();
    line(
        out,
        "pushes within 1 s after the end was stored",
        rings.afterTheEnd(Duration.ZERO).size() - afterTheEnd);
    line(out, "pushes later than that (none is allowed)", afterTheEnd);
  }

  /** Only of calls outside of troubles: those inside have the troubles' times. */
  private void printTimes(PrintStream out) {
    Percentiles arrival =
        Percentiles.of(
            rings.pushes().values().stream()
                .map(List::getFirst)
                .filter(push -> faults.calm(invited(push)))
                .map(push -> Duration.between(invited(push), push.arrivedAt()))
                .toList());
    Percentiles told =
        Percentiles.of(
            results.last().stream()
                .filter(r -> !r.path("verdict").asText().equals("expired"))
                .filter(r -> r.has("invitedAt"))
                .filter(r -> faults.calm(Instant.parse(r.path("invitedAt").asText())))
                .map(Report::untilDecided)
                .toList());
    out.printf(
        "%n  %-44s %8s %8s %8s%n",
        "time from the append, outside of troubles", "p50", "p95", "p99");
    row(out, "to the first push's arrival at APNs", arrival::at);
    row(out, "to the last verdict (all devices answered)", told::at);
    out.printf("%n  time from a push, as the worker measured it%n");
    row(
        out,
        "to the word that its phone rings (%d phones)".formatted(metrics.count(RING_THROUGH)),
        percent -> metrics.at(RING_THROUGH, percent));
  }

  /** Says whether the demo holds, and why not; true if it does. */
  boolean printVerdict(PrintStream out, List<String> differences) {
    if (differences.isEmpty()) {
      out.printf(
          "%nCross-check: %d calls, %d pushes at the local APNs and %d results agree.%n",
          calls.size(), pushes(), results.count());
      return true;
    }
    out.printf("%nCross-check FAILED, %d differences:%n", differences.size());
    differences.stream().limit(SHOWN_DIFFERENCES).forEach(line -> out.println("  " + line));
    return false;
  }

  private long pushes() {
    return rings.pushes().values().stream().mapToLong(List::size).sum();
  }

  private static Stream<String> verdicts(Stream<JsonNode> results) {
    return results.map(r -> r.path("verdict").asText());
  }

  private static Map<String, Long> counts(Stream<String> words) {
    return words.collect(Collectors.groupingBy(w -> w, TreeMap::new, Collectors.counting()));
  }

  private static void table(PrintStream out, String what, String of, Map<String, Long> counts) {
    out.printf("%n  %-20s %8s%n", what, of);
    counts.forEach((word, count) -> out.printf("  %-20s %8d%n", word, count));
  }

  private static void row(PrintStream out, String what, IntFunction<Duration> times) {
    out.printf(
        "  %-44s %5d ms %5d ms %5d ms%n",
        what, times.apply(50).toMillis(), times.apply(95).toMillis(), times.apply(99).toMillis());
  }

  /** The record's timestamp, which the broker sets at the append. */
  private static Instant invited(ReceivedPush push) {
    return Instant.parse(push.json().at("/call/invitedAt").asText());
  }

  private static void line(PrintStream out, String what, long count) {
    out.printf("  %-46s %6d%n", what, count);
  }

  private static Duration untilDecided(JsonNode result) {
    return Duration.between(
        Instant.parse(result.path("invitedAt").asText()),
        Instant.parse(result.path("decidedAt").asText()));
  }
}
