package dev.ringpost.simulation;

import com.google.errorprone.annotations.FormatMethod;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The figures of simulated runs: raw as JSON, and as a table in Markdown. */
record CapacityFigures(List<SimulatedRun> runs) {

  private static final double SAMPLES_PER_SECOND = 4;

  CapacityFigures {
    runs = List.copyOf(runs);
  }

  /**
   * One object; each sample is a list of what waits in Kafka, for a place, a turn, a stream, APNs.
   */
  String json() {
    return runs.stream()
        .map(CapacityFigures::json)
        .collect(Collectors.joining(",\n", "{\"runs\": [\n", "\n]}\n"));
  }

  private static String json(SimulatedRun run) {
    Scenario scenario = run.scenario();
    return format(
        """
        {"name": "%s", "pods": %d, "partitions": %d, "connections": %d, "window": %d, \
        "permits": %d,
         "pushesPerSecond": %.0f, "p50Millis": %.1f, "p99Millis": %.1f, "longestMillis": %.1f, \
        "busyPercent": %.2f, "meanInFlight": %.0f,
         "samples": [%s]}\
        """,
        scenario.name(),
        scenario.pods(),
        scenario.partitions(),
        scenario.connections(),
        scenario.window(),
        scenario.permits(),
        run.rate(),
        run.p50(),
        run.p99(),
        run.longest(),
        run.busyPercent(),
        run.inFlight(),
        run.samples().stream()
            .map(
                it ->
                    format(
                        "[%d,%d,%d,%d,%d]",
                        it.kafka(), it.permit(), it.turn(), it.stream(), it.apns()))
            .collect(Collectors.joining(",")));
  }

  /** A row for each run. */
  String table() {
    return runs.stream()
        .map(CapacityFigures::row)
        .collect(
            Collectors.joining(
                "\n",
                """
                | fleet | pods × connections × streams | permits | pushes/s | append → written, \
                p50, p99, longest | at most in Kafka | for a place | for a turn | for a stream | \
                at APNs, mean | the queue forms | and lasts |
                |---|---|---|---|---|---|---|---|---|---|---|---|
                """,
                "\n"));
  }

  private static String row(SimulatedRun run) {
    Scenario scenario = run.scenario();
    Queues most = run.most();
    return format(
        "| %s | %d × %d × %d | %,d | %,.0f | %s, %s, %s | %,d | %,d | %,d | %,d | %,.0f | %s |"
            + " %s |",
        scenario.name(),
        scenario.pods(),
        scenario.connections(),
        scenario.window(),
        scenario.permits(),
        run.rate(),
        time(run.p50()),
        time(run.p99()),
        time(run.longest()),
        most.kafka(),
        most.permit(),
        most.turn(),
        most.stream(),
        run.inFlight(),
        place(run),
        lasting(run));
  }

  private static String time(double millis) {
    return millis < 1_000 ? format("%.0f ms", millis) : format("%.1f s", millis / 1_000);
  }

  /** Where most wait on average, APNs apart. */
  private static String place(SimulatedRun run) {
    record Place(String word, double mean) {}
    return Stream.of(
            new Place("in Kafka", mean(run, Queues::kafka)),
            new Place("for a turn", mean(run, Queues::turn)),
            new Place("for a stream", mean(run, Queues::stream)))
        .max(Comparator.comparingDouble(Place::mean))
        .filter(_ -> run.samples().stream().anyMatch(Queues::isQueue))
        .map(Place::word)
        .orElse("nowhere");
  }

  private static String lasting(SimulatedRun run) {
    long samples = run.samples().stream().filter(Queues::isQueue).count();
    if (samples == 0) {
      return "–";
    }
    return run.samples().getLast().isQueue()
        ? "past the end"
        : format("%.1f s", samples / SAMPLES_PER_SECOND);
  }

  private static double mean(SimulatedRun run, ToLongFunction<Queues> queue) {
    return run.samples().stream().mapToLong(queue).average().orElse(0);
  }

  @FormatMethod
  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
