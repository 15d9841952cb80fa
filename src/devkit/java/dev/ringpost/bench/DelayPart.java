package dev.ringpost.bench;

import dev.ringpost.bench.report.Figure;
import dev.ringpost.bench.report.Part;
import dev.ringpost.bench.report.Pass;
import dev.ringpost.bench.report.QuietRule;
import dev.ringpost.testing.Percentiles;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The part about how long it is from the moment that an invite is published to its push at APNs, at
 * an even pace. Right before each program comes the least that could be: a plain consumer that
 * hands to bare Pushy.
 */
final class DelayPart {

  private static final int PER_SECOND = 500;
  private static final Duration PACED = Duration.ofSeconds(10);
  private static final Duration PACED_WARM_UP = Duration.ofSeconds(2);

  /** A turn that only warms the plain consumer up. */
  private static final int UNCOUNTED = 0;

  private static final String SETTING = "published to APNs, %d a second".formatted(PER_SECOND);

  private final Stage stage;
  private final BenchOptions options;
  private final QuietRule quiet;
  private final Part.Passes passes;

  DelayPart(Stage stage, BenchOptions options, QuietRule quiet, Part.Passes passes) {
    this.stage = stage;
    this.options = options;
    this.quiet = quiet;
    this.passes = passes;
  }

  void run() throws IOException {
    WarmUp.bare(stage, options.warmUp());
    floor(UNCOUNTED);
    List<Program> order = new ArrayList<>(options.programs());
    for (int turn = 1; turn <= options.turns(); turn++) {
      for (Program program : order) {
        double floor = floor(turn);
        try (Running running = stage.start(program)) {
          WarmUp.program(stage, running, options.warmUp());
          relayed(running.topic(), PACED_WARM_UP);
          Pass pass = paced(running, running.topic());
          pass.put(Figure.P50_OVER_FLOOR, pass.get(Figure.P50) - floor);
          add(turn, program.words(), pass);
        }
      }
      Collections.rotate(order, -1);
    }
  }

  /** The p50 of the plain consumer in milliseconds. */
  private double floor(int turn) {
    String prefix = stage.nextPrefix();
    String topic = Running.invites(prefix);
    stage.calls().create(topic);
    stage.bare().relay(stage.kafka().bootstrapServers(), topic);
    relayed(topic, PACED_WARM_UP);
    Pass pass = paced(stage.bare(), topic);
    stage.bare().rest();
    stage.calls().remove(prefix);
    if (turn != UNCOUNTED) {
      add(turn, "a plain consumer and bare Pushy", pass);
    }
    return pass.get(Figure.P50);
  }

  private Pass paced(Measured subject, String topic) {
    return quiet.quiet(
        () -> {
          var meter = new Meter(stage, subject);
          Percentiles times = Percentiles.of(relayed(topic, PACED));
          var figures = new Pass();
          figures.put(Figure.OTHERS, meter.others());
          figures.put(Figure.P50, millis(times.at(50)));
          figures.put(Figure.P95, millis(times.at(95)));
          figures.put(Figure.P99, millis(times.at(99)));
          return figures;
        },
        pass -> pass.get(Figure.OTHERS));
  }

  private List<Duration> relayed(String topic, Duration time) {
    int invites = Math.toIntExact(PER_SECOND * time.toSeconds());
    stage.calls().pace(topic, Callees.TIMED, invites, PER_SECOND);
    return stage.apns().delays(invites);
  }

  private static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }

  private void add(int turn, String subject, Pass pass) {
    passes.add(subject, SETTING, pass);
    System.out.printf(
        "%tT  turn %d  %-42s p50 %6.2f  p95 %6.2f  p99 %6.2f ms  other cores %.2f%n",
        System.currentTimeMillis(),
        turn,
        subject,
        pass.get(Figure.P50),
        pass.get(Figure.P95),
        pass.get(Figure.P99),
        pass.get(Figure.OTHERS));
  }
}
