package dev.ringpost.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * The health of one output: how long to pause after a failed send, and what Kafka said about it.
 * Not safe for many threads: its sender's lock guards it.
 */
final class OutputHealth {

  /** The pause after the first failed send; each further one doubles it. */
  static final Duration FIRST_PAUSE = Duration.ofMillis(50);

  /** Bound on a pause, so that an output which is repaired flows again soon. */
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** How often trouble of one output is told at most. */
  static final Duration TOLD_EVERY = Duration.ofSeconds(30);

  private final Duration firstPause;
  private final LongSupplier nanoTime;

  private Duration pause = Duration.ZERO;
  private long pauseEndNanos;
  private long quietEndNanos;
  private boolean told;
  private String trouble = "";
  private Instant troubleAt = Instant.MIN;

  /**
   * @param nanoTime a monotonic clock
   */
  OutputHealth(Duration firstPause, LongSupplier nanoTime) {
    this.firstPause = firstPause;
    this.nanoTime = nanoTime;
    this.pauseEndNanos = nanoTime.getAsLong();
    this.quietEndNanos = pauseEndNanos;
  }

  /** What is left of the pause, in nanoseconds; not above zero when there is none. */
  long pauseNanos() {
    return pause.isZero() ? 0 : pauseEndNanos - nanoTime.getAsLong();
  }

  /**
   * A send failed. Only trouble that has nothing to do with the record makes a pause; as it fails
   * many records at once, the pause grows only when the last one is over.
   *
   * @return whether to tell it
   */
  boolean failed(SendTrouble kind, Exception exception, Instant now) {
    if (kind == SendTrouble.TOO_LARGE || kind == SendTrouble.IMPOSSIBLE) {
      return false;
    }
    trouble = words(exception);
    troubleAt = now;
    long nanos = nanoTime.getAsLong();
    if (pauseNanos() <= 0) {
      Duration longer = pause.isZero() ? firstPause : pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
      pauseEndNanos = nanos + pause.toNanos();
    }
    if (nanos - quietEndNanos < 0) {
      return false;
    }
    quietEndNanos = nanos + TOLD_EVERY.toNanos();
    told = true;
    return true;
  }

  /** A send succeeded. */
  void taken() {
    pause = Duration.ZERO;
  }

  /** Whether to tell, now that nothing waits any more, that trouble which was told is over. */
  boolean over() {
    boolean tell = told;
    told = false;
    return tell;
  }

  /** Kafka's last words on a failure, if there was one since then. */
  String troubleSince(Instant then) {
    return troubleAt.isBefore(then) ? "Kafka has not answered" : trouble;
  }

  static String words(Exception exception) {
    return exception.getClass().getSimpleName() + ": " + exception.getMessage();
  }
}
