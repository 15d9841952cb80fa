package dev.ringpost.tools.apple;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The time that a run has for Apple, and the pauses in it. For one thread. */
final class Patience {

  /** The first pause; each next one is twice as long. */
  static final Duration FIRST = Duration.ofSeconds(2);

  /** The longest pause. */
  static final Duration LONGEST = Duration.ofSeconds(15);

  private final LongSupplier nanoTime;
  private final Consumer<Duration> pause;
  private final long beganAt;
  private final Duration time;
  private Duration next = FIRST;

  /**
   * @param time how long it lasts
   * @param nanoTime a clock that is never set
   * @param pause waits that long
   */
  Patience(Duration time, LongSupplier nanoTime, Consumer<Duration> pause) {
    this.time = time;
    this.nanoTime = nanoTime;
    this.pause = pause;
    this.beganAt = nanoTime.getAsLong();
  }

  /** Patience of a length by this machine's clock. */
  static Patience of(Duration time) {
    return new Patience(time, System::nanoTime, pause -> LockSupport.parkNanos(pause.toNanos()));
  }

  /** Waits a while; false, at once, where the time would be over. */
  boolean pause() {
    Duration passed = Duration.ofNanos(nanoTime.getAsLong() - beganAt);
    if (passed.plus(next).compareTo(time) > 0) {
      return false;
    }
    pause.accept(next);
    next = next.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : next.multipliedBy(2);
    return true;
  }

  /** How long it lasts, in words. */
  String words() {
    return time.toSeconds() + " s";
  }
}
