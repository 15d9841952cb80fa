package dev.ringpost.intake.waiting;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wait of invites until the signals have been read to their end, where they were not for a
 * while: after an outage of Kafka invites and what ended their calls are there at once, and which
 * is read first is chance. It is bounded by {@link #LONGEST}: a topic of signals that cannot be
 * read must not keep phones from ringing. It waits once for each time that signals fall behind. The
 * consumer's thread alone calls it.
 *
 * <p>Only time in which records come counts. What the consumer still had when an outage began would
 * use up the wait otherwise, before Kafka is back and there is something to wait for.
 */
public final class CatchUp {

  /**
   * How far signals are behind at most where all is well: their end is asked for every second. So a
   * phone may ring for a call whose end was stored up to this time before.
   */
  public static final Duration BEHIND = Duration.ofSeconds(2);

  /**
   * Bound on the wait of all that was found waiting. Brokers that all come back at once give
   * partitions of one topic some seconds before those of another.
   */
  public static final Duration LONGEST = Duration.ofSeconds(5);

  /** The time from one look at the signals to the next. */
  static final Duration STEP = Duration.ofMillis(50);

  /** The longest time between two looks that counts as waited: records come again sooner. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(CatchUp.class);

  private final LongSupplier nanoTime;
  private boolean waited;
  private long waitsSince;
  private long askedAt;
  private long spent;

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
      askedAt = now;
      spent = 0;
    }
    boolean waits = spent < LONGEST.toNanos();
    spent += Math.min(now - askedAt, PAUSE.toNanos());
    askedAt = now;
    if (spent < LONGEST.toNanos()) {
      return STEP;
    }
    if (waits) {
      log.atWarn()
          .addKeyValue("behindSeconds", behind.toMillis() / 1000.0)
          .log("signals cannot be read; invites are rung without, also those of calls that ended");
    }
    return Duration.ZERO;
  }
}
