package dev.ringpost.bench;

import dev.ringpost.bench.report.Figure;
import dev.ringpost.bench.report.Pass;
import java.time.Duration;

/** A meter of what a subject, the broker and the APNs cost from its making on. */
final class Meter {

  private final Stage stage;
  private final Measured subject;
  private final MachineLoad load = MachineLoad.now();
  private final long start = System.nanoTime();
  private final Duration kafkaBefore;
  private final Duration apnsBefore;
  private final Duration bareBefore;
  private final Duration ownBefore;
  private final long allocatedBefore;
  private final Duration before;

  Meter(Stage stage, Measured subject) {
    this.stage = stage;
    this.subject = subject;
    this.allocatedBefore = subject.allocatedBytes();
    this.kafkaBefore = stage.kafka().cpu();
    this.apnsBefore = stage.apns().cpu();
    this.bareBefore = stage.bare().cpu();
    this.ownBefore = stage.ownCpu();
    this.before = subject.cpu();
  }

  /** The cost so far, shared by so many pushes. */
  Pass perPush(int pushes) {
    var figures = new Pass();
    figures.put(Figure.CPU, micros(subject.cpu().minus(before)) / pushes);
    figures.put(Figure.BROKER, micros(kafka()) / pushes);
    figures.put(Figure.APNS, micros(stage.apns().cpu().minus(apnsBefore)) / pushes);
    figures.put(Figure.OTHERS, others());
    figures.put(Figure.ALLOCATED, (double) (subject.allocatedBytes() - allocatedBefore) / pushes);
    return figures;
  }

  /** The cost so far as shares of a core. */
  Pass shares() {
    double nanos = System.nanoTime() - start;
    var figures = new Pass();
    figures.put(Figure.CPU_AT_REST, 100 * subject.cpu().minus(before).toNanos() / nanos);
    figures.put(Figure.BROKER_AT_REST, 100 * kafka().toNanos() / nanos);
    figures.put(Figure.OTHERS, others());
    return figures;
  }

  /** Cores that were busy with something else; NaN where the machine does not tell. */
  double others() {
    Duration own = stage.ownCpu().minus(ownBefore).plus(kafka());
    Duration all = own.plus(stage.apns().cpu().minus(apnsBefore)).plus(bare());
    Duration known = subject == stage.bare() ? all : all.plus(subject.cpu().minus(before));
    return load.othersSince(known).orElse(Double.NaN);
  }

  private Duration kafka() {
    return stage.kafka().cpu().minus(kafkaBefore);
  }

  private Duration bare() {
    return stage.bare().cpu().minus(bareBefore);
  }

  private static double micros(Duration time) {
    return time.toNanos() / 1e3;
  }
}
