package dev.ringpost.intake.waiting;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The wait of invites until the signals have been read to their end, where they were not for a
 * while: after an outage of Kafka invites and what ended their calls are there at once, and which
 * is read first is chance. It is bounded by {@link #LONGEST}: a topic of signals that cannot be
 * read must not keep phones from ringing. It waits once for each time that signals fall behind. The
 * consumer's thread alone calls it.
 */
public final class CatchUp {

  /** How far signals are behind at most where all is well: their end is asked for all the time. */
  public static final Duration BEHIND = Duration.ofSeconds(3);

  /**
   * Bound on the wait of all that was found waiting. Brokers that all come back at once give
   * partitions of one topic some seconds before those of another.
   */
  public static final Duration LONGEST = Duration.ofSeconds(5);

  /** The time from one look at the signals to the next. */
  static final Duration STEP = Duration.ofMillis(50);

  private final LongSupplier nanoTime;
  private boolean waited;
  private long waitsSince;

  /**
   * @param nanoTime a monotonic clock
   */
  public CatchUp(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * How long records rest before it is asked again; zero if they may be taken.
   *
   * @param behind the time since signals were last known to be read to their end
   */
  public Duration left(Duration behind) {
    if (behind.compareTo(BEHIND) <= 0) {
      return Duration.ZERO;
    }
    long now = nanoTime.getAsLong();
    boolean readMeanwhile = now - behind.toNanos() - waitsSince > 0;
    if (!waited || readMeanwhile) {
      waited = true;
      waitsSince = now;
    }
    return now - waitsSince < LONGEST.toNanos() ? STEP : Duration.ZERO;
  }
}
