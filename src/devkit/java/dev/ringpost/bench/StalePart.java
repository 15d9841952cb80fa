package dev.ringpost.bench;

import dev.ringpost.bench.report.Figure;
import dev.ringpost.bench.report.Part;
import dev.ringpost.bench.report.Pass;
import dev.ringpost.bench.report.QuietRule;
import java.io.IOException;
import java.util.stream.IntStream;

/**
 * The part about invites that are long over, and one fresh one behind them: when it rings, and how
 * fast the others are told to be expired. Only Ringpost knows what a stale invite is; the others
 * would ring it.
 */
final class StalePart {

  private static final int FEW = 100_000;

  private final Stage stage;
  private final BenchOptions options;
  private final QuietRule quiet;
  private final Part.Passes passes;

  StalePart(Stage stage, BenchOptions options, QuietRule quiet, Part.Passes passes) {
    this.stage = stage;
    this.options = options;
    this.quiet = quiet;
    this.passes = passes;
  }

  void run() throws IOException {
    for (int turn = 1; turn <= options.turns(); turn++) {
      try (Running running = stage.start(Program.RINGPOST)) {
        WarmUp.program(stage, running, options.warmUp());
        for (int stale :
            IntStream.of(Math.min(FEW, options.stale()), options.stale()).distinct().toArray()) {
          Pass pass = quiet.quiet(() -> pass(running, stale), one -> one.get(Figure.OTHERS));
          add(turn, "Ringpost, %,d stale invites".formatted(stale), pass);
        }
      }
    }
  }

  private Pass pass(Running running, int stale) {
    long made = stage.calls().prepareStale(running.topic(), stale);
    var meter = new Meter(stage, running);
    long released = Stamp.nowMicros();
    stage.calls().release();
    long rang = made + stage.apns().delays(1).getFirst().toNanos() / 1000;
    running.awaitResults(stale + 1);
    double seconds = (Stamp.nowMicros() - released) / 1e6;
    var figures = new Pass();
    figures.put(Figure.FRESH, (rang - released) / 1e6);
    figures.put(Figure.STALE, stale / seconds);
    figures.put(Figure.OTHERS, meter.others());
    return figures;
  }

  private void add(int turn, String subject, Pass pass) {
    passes.add(subject, "one fresh invite behind", pass);
    System.out.printf(
        "%tT  turn %d  %-42s the fresh one after %.2f s, %,.0f stale ones a second"
            + "  other cores %.2f%n",
        System.currentTimeMillis(),
        turn,
        subject,
        pass.get(Figure.FRESH),
        pass.get(Figure.STALE),
        pass.get(Figure.OTHERS));
  }
}
