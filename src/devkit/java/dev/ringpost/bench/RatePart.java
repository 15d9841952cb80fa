package dev.ringpost.bench;

import dev.ringpost.bench.report.Figure;
import dev.ringpost.bench.report.Part;
import dev.ringpost.bench.report.Pass;
import dev.ringpost.bench.report.QuietRule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The part about how many pushes a second there are, and what one costs. Each turn starts each
 * program once, and each pass of a program has one of bare Pushy right before it, with which it is
 * compared.
 */
final class RatePart {

  private static final int PUSHES = 120_000;
  private static final int LATE_BARE_PUSHES = 60_000;

  /** The moment at which the APNs answer. */
  private enum Answers {
    AT_ONCE("answers at once", Duration.ZERO),
    LATE("answers after 20 ms", Duration.ofMillis(20));

    private final String words;
    private final Duration delay;

    Answers(String words, Duration delay) {
      this.words = words;
      this.delay = delay;
    }
  }

  /** A pass of a program, and the one of bare Pushy before it. */
  record Pair(Measured bare, Measured own) {

    /** What else kept cores busy; a pass in which invites were pushed again is never quiet. */
    double others() {
      return bare.tooMany() + own.tooMany() > 0
          ? Double.POSITIVE_INFINITY
          : Math.max(bare.pass().get(Figure.OTHERS), own.pass().get(Figure.OTHERS));
    }
  }

  /** A pass, and the pushes in it that nobody asked for. */
  record Measured(Pass pass, long tooMany) {}

  private final Stage stage;
  private final BenchOptions options;
  private final QuietRule quiet;
  private final Part.Passes passes;

  RatePart(Stage stage, BenchOptions options, QuietRule quiet, Part.Passes passes) {
    this.stage = stage;
    this.options = options;
    this.quiet = quiet;
    this.passes = passes;
  }

  void run() throws IOException {
    WarmUp.bare(stage, options.warmUp());
    List<Program> order = new ArrayList<>(options.programs());
    for (int turn = 1; turn <= options.turns(); turn++) {
      for (Program program : order) {
        try (Running running = stage.start(program)) {
          WarmUp.program(stage, running, options.warmUp());
          for (Answers answers : Answers.values()) {
            measure(turn, running, answers);
          }
        }
      }
      Collections.rotate(order, -1);
    }
  }

  private void measure(int turn, Running running, Answers answers) {
    stage.apns().delayAnswers(answers.delay);
    for (Callees callees : running.program().callees()) {
      int pushes = answers == Answers.AT_ONCE ? PUSHES : running.program().latePushes();
      if (answers == Answers.LATE) {
        WarmUp.ring(stage, running, callees, pushes);
      }
      int inFlight = answers == Answers.LATE || callees.phones() > 1 ? 1800 : 1000;
      Pair pair =
          quiet.quiet(
              () ->
                  new Pair(
                      bare(answers == Answers.LATE ? LATE_BARE_PUSHES : PUSHES, inFlight),
                      program(running, callees, pushes)),
              Pair::others);
      Pass bare = pair.bare().pass();
      Pass own = pair.own().pass();
      own.put(Figure.RATE_TO_BARE, own.get(Figure.RATE) / bare.get(Figure.RATE));
      own.put(Figure.CPU_TO_BARE, own.get(Figure.CPU) / bare.get(Figure.CPU));
      add(turn, "bare Pushy, %d in flight".formatted(inFlight), answers, bare);
      add(turn, running.program().words(callees), answers, own);
    }
    stage.apns().delayAnswers(Duration.ZERO);
  }

  private void add(int turn, String subject, Answers answers, Pass pass) {
    passes.add(subject, answers.words, pass);
    System.out.printf(
        "%tT  turn %d  %-42s %-20s %,9.0f pushes/s  CPU us %6.1f (APNs %.1f, broker %.1f)"
            + "  %,7.0f B  other cores %.2f%n",
        System.currentTimeMillis(),
        turn,
        subject,
        answers.words,
        pass.get(Figure.RATE),
        pass.get(Figure.CPU),
        pass.get(Figure.APNS),
        pass.get(Figure.BROKER),
        pass.get(Figure.ALLOCATED),
        pass.get(Figure.OTHERS));
  }

  private Measured bare(int pushes, int inFlight) {
    var meter = new Meter(stage, stage.bare());
    stage.apns().count(pushes);
    stage.bare().drive(pushes, inFlight);
    ApnsProcess.Counted counted = stage.apns().counted();
    Pass figures = meter.perPush(pushes);
    figures.put(Figure.RATE, counted.pushesPerSecond());
    return new Measured(figures, counted.tooMany());
  }

  /** Releases a backlog that was prepared before, and waits until its last result is stored. */
  private Measured program(Running running, Callees callees, int pushes) {
    int invites = pushes / callees.phones();
    stage.calls().prepare(running.topic(), callees, invites);
    var meter = new Meter(stage, running);
    stage.apns().count(pushes);
    stage.calls().release();
    ApnsProcess.Counted counted = stage.apns().counted();
    running.awaitResults(invites);
    double told = Stamp.nowMicros() - counted.firstMicros();
    Pass figures = meter.perPush(pushes);
    figures.put(Figure.RATE, counted.pushesPerSecond());
    if (running.program() == Program.RINGPOST) {
      figures.put(Figure.RATE_OF_RESULTS, pushes * 1e6 / told);
    }
    WarmUp.tellRepeats(running.program(), counted);
    return new Measured(figures, counted.tooMany());
  }
}
