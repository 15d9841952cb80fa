package dev.ringpost.intake;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A consumer's claim to its partitions, which runs out once its loop has not turned for too long. A
 * process that stood still (a frozen container, a long pause of the machine) has been replaced by
 * its group without knowing: what it still holds must not ring, and what it would fetch next, for
 * Kafka fences commits and not fetches, is being rung by its successor.
 *
 * <p>Each consumer has one, and once it has run out it stays so, whoever noticed first: a push that
 * was held back for its sake is never settled, so the consumer must be closed and its records read
 * again. Renewed by the consumer's thread, asked by any.
 */
final class Lease {

  /** The part of the session time-out for which it is good; heartbeats come four times in one. */
  private static final double PART = 2 / 3.0;

  private final long goodNanos;
  private final LongSupplier nanoTime;

  @GuardedBy("this")
  private long renewedAt;

  @GuardedBy("this")
  private boolean ranOut;

  /**
   * @param session how long the group waits for a sign of life
   * @param nanoTime a monotonic clock that goes on while the process stands still
   */
  Lease(Duration session, LongSupplier nanoTime) {
    this.goodNanos = Math.round(session.toNanos() * PART);
    this.nanoTime = nanoTime;
    this.renewedAt = nanoTime.getAsLong();
  }

  /** Renews it from now on, unless it has run out; whether it is good. */
  synchronized boolean renew() {
    if (expired()) {
      return false;
    }
    renewedAt = nanoTime.getAsLong();
    return true;
  }

  /** Whether it has run out, once and for all. */
  synchronized boolean expired() {
    ranOut |= nanoTime.getAsLong() - renewedAt > goodNanos;
    return ranOut;
  }
}
