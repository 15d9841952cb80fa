package dev.ringpost.intake;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * For how long a consumer may believe that its partitions are its own without having turned. A
 * process that stood still (a frozen container, a long pause of the machine) has been replaced by
 * its group without knowing: what it still holds must not ring, and what it would fetch next, for
 * Kafka fences commits and not fetches, is being rung by its successor. Renewed by the consumer's
 * thread, asked by any.
 */
final class Lease {

  /** The part of the session time-out for which it is good; heartbeats come four times in one. */
  private static final double PART = 2 / 3.0;

  private final long goodNanos;
  private final LongSupplier nanoTime;
  private volatile long renewedAt;

  /**
   * @param session how long the group waits for a sign of life
   * @param nanoTime a monotonic clock that goes on while the process stands still
   */
  Lease(Duration session, LongSupplier nanoTime) {
    this.goodNanos = Math.round(session.toNanos() * PART);
    this.nanoTime = nanoTime;
    this.renewedAt = nanoTime.getAsLong();
  }

  void renew() {
    renewedAt = nanoTime.getAsLong();
  }

  boolean expired() {
    return nanoTime.getAsLong() - renewedAt > goodNanos;
  }
}
