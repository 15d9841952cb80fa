package dev.ringpost.bench;

import dev.ringpost.bench.report.Figure;
import dev.ringpost.bench.report.Part;
import dev.ringpost.bench.report.Pass;
import dev.ringpost.bench.report.QuietRule;
import java.io.IOException;
import java.time.Duration;

/**
 * The part about what a program that has nothing to do costs, itself and at the broker: all phones
 * are loaded, no topic moves. And what the broker costs with nobody there.
 */
final class RestPart {

  private static final Duration AFTER_START = Duration.ofSeconds(20);
  private static final Duration TIME = Duration.ofSeconds(30);
  private static final String SETTING = "at rest";

  private final Stage stage;
  private final BenchOptions options;
  private final QuietRule quiet;
  private final Part.Passes passes;

  RestPart(Stage stage, BenchOptions options, QuietRule quiet, Part.Passes passes) {
    this.stage = stage;
    this.options = options;
    this.quiet = quiet;
    this.passes = passes;
  }

  void run() throws IOException {
    for (int turn = 1; turn <= options.turns(); turn++) {
      sleep(AFTER_START);
      add(turn, "nobody", rest(stage.bare()).put(Figure.CPU_AT_REST, 0));
      for (Program program : options.programs()) {
        try (Running running = stage.start(program)) {
          sleep(AFTER_START);
          add(turn, program.words(), rest(running));
        }
      }
    }
  }

  private Pass rest(Measured subject) {
    return quiet.quiet(
        () -> {
          var meter = new Meter(stage, subject);
          sleep(TIME);
          return meter.shares();
        },
        pass -> pass.get(Figure.OTHERS));
  }

  private void add(int turn, String subject, Pass pass) {
    passes.add(subject, SETTING, pass);
    System.out.printf(
        "%tT  turn %d  %-42s CPU %5.2f %%, the broker's %5.2f %% of a core  other cores %.2f%n",
        System.currentTimeMillis(),
        turn,
        subject,
        pass.get(Figure.CPU_AT_REST),
        pass.get(Figure.BROKER_AT_REST),
        pass.get(Figure.OTHERS));
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
