package dev.ringpost.bench;

import dev.ringpost.bench.ApnsProcess.Arrival;
import dev.ringpost.bench.report.Figure;
import dev.ringpost.bench.report.Part;
import dev.ringpost.bench.report.Pass;
import dev.ringpost.bench.report.QuietRule;
import dev.ringpost.testing.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The part about an outage of APNs under an even load: its connections end, new ones are refused
 * for a minute, and calls go on all the time. How soon after the return do fresh invites ring as
 * before, though those of the outage are tried again beside them? Only Ringpost is asked, for the
 * others know no deadline.
 */
final class OutagePart {

  private static final int PER_SECOND = 500;
  private static final Duration BEFORE = Duration.ofSeconds(20);
  private static final Duration OUTAGE = Duration.ofSeconds(60);
  private static final Duration AFTER = Duration.ofSeconds(20);

  /** What is thrown away before that: the first paced seconds behind a backlog. */
  private static final Duration PACED_WARM_UP = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Stage stage;
  private final BenchOptions options;
  private final QuietRule quiet;
  private final Part.Passes passes;

  OutagePart(Stage stage, BenchOptions options, QuietRule quiet, Part.Passes passes) {
    this.stage = stage;
    this.options = options;
    this.quiet = quiet;
    this.passes = passes;
  }

  void run() throws IOException {
    for (int turn = 1; turn <= options.turns(); turn++) {
      try (Running running = stage.start(Program.RINGPOST)) {
        WarmUp.program(stage, running, options.warmUp());
        add(turn, quiet.quiet(() -> pass(running), pass -> pass.get(Figure.OTHERS)));
      }
    }
  }

  private Pass pass(Running running) {
    stage.apns().delays(pace(running, PACED_WARM_UP));
    var meter = new Meter(stage, running);
    long start = Stamp.nowMicros();
    List<Arrival> pushes = new ArrayList<>(arrived(pace(running, BEFORE), start));
    stage.apns().away();
    long away = Stamp.nowMicros();
    int missing = pace(running, OUTAGE);
    stage.apns().back();
    long back = Stamp.nowMicros();
    List<Arrival> since = arrived(pace(running, AFTER), back);
    long first = since.stream().mapToLong(Arrival::arrivedMicros).min().orElseThrow();
    var recovery = new Recovery(pushes, start, begunFrom(since, back), back);
    var figures = new Pass();
    figures.put(Figure.WORST_P99, recovery.worstBefore().toNanos() / 1e6);
    figures.put(Figure.WORST_P99_AFTER, recovery.worstSince().toNanos() / 1e6);
    figures.put(Figure.FIRST_PUSH, (first - back) / 1e6);
    figures.put(Figure.SETTLED, (double) recovery.settledSeconds());
    int rang = begunFrom(since, away).size() - begunFrom(since, back).size();
    figures.put(Figure.RANG_OF_OUTAGE, 100.0 * rang / missing);
    figures.put(Figure.OTHERS, meter.others());
    return figures;
  }

  private int pace(Running running, Duration time) {
    int invites = Math.toIntExact(PER_SECOND * time.toSeconds());
    stage.calls().pace(running.topic(), Callees.TIMED, invites, PER_SECOND);
    return invites;
  }

  /** All that has arrived, once so many are there that began no earlier. */
  private List<Arrival> arrived(int invites, long fromMicros) {
    List<Arrival> all = new ArrayList<>();
    Poll.until(
        PATIENCE,
        LOOK,
        () -> {
          all.addAll(stage.apns().arrivals());
          return begunFrom(all, fromMicros).size() >= invites;
        });
    return all;
  }

  private static List<Arrival> begunFrom(List<Arrival> pushes, long micros) {
    return pushes.stream().filter(push -> push.begunMicros() >= micros).toList();
  }

  private void add(int turn, Pass pass) {
    String subject = "Ringpost";
    passes.add(
        subject,
        "back after %d s, %d calls a second".formatted(OUTAGE.toSeconds(), PER_SECOND),
        pass);
    System.out.printf(
        "%tT  turn %d  %-42s first push after %.2f s, as before after %.0f s (p99 %.1f ms, then"
            + " %.1f), %.1f %% of the outage's rang  other cores %.2f%n",
        System.currentTimeMillis(),
        turn,
        subject,
        pass.get(Figure.FIRST_PUSH),
        pass.get(Figure.SETTLED),
        pass.get(Figure.WORST_P99),
        pass.get(Figure.WORST_P99_AFTER),
        pass.get(Figure.RANG_OF_OUTAGE),
        pass.get(Figure.OTHERS));
  }
}
