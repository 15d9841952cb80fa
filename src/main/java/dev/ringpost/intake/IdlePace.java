package dev.ringpost.intake;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The pace of a consumer that has nothing to do: how long it may leave its broker alone. A fetch
 * waits at the broker for 50 ms, so a consumer that polls without a break asks twenty times a
 * second for nothing, which costs a worker at rest and its broker more than all else they do. The
 * consumer's thread alone calls it.
 */
final class IdlePace {

  /** How long there must have been nothing before the first break. */
  static final Duration QUIET = Duration.ofSeconds(1);

  private final Duration pause;
  private final LongSupplier nanoTime;
  private long busyAt;

  /**
   * @param pause how long a record may stay unread; zero where none may
   * @param nanoTime a monotonic clock
   */
  IdlePace(Duration pause, LongSupplier nanoTime) {
    this.pause = pause;
    this.nanoTime = nanoTime;
    this.busyAt = nanoTime.getAsLong();
  }

  /**
   * The break after a turn of the loop.
   *
   * @param busy whether the turn brought a record, or something is rung, waited for or stored
   */
  Duration after(boolean busy) {
    long now = nanoTime.getAsLong();
    if (busy) {
      busyAt = now;
    }
    return now - busyAt < QUIET.toNanos() ? Duration.ZERO : pause;
  }
}
