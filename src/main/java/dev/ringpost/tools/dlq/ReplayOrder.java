package dev.ringpost.tools.dlq;

import dev.ringpost.tools.records.Stretch;
import java.time.Duration;
import java.util.Optional;

/**
 * An order to replay dead letters.
 *
 * @param stretch when they were written
 * @param filter which of them
 * @param evenIfOver whether those go too whose call is over: they ring anew, from now on
 * @param ring how long those ring; {@code ring.default} if empty
 * @param perSecond bound on the letters of a second
 */
public record ReplayOrder(
    Stretch stretch,
    LetterFilter filter,
    boolean evenIfOver,
    Optional<Duration> ring,
    double perSecond) {

  /** Bound on {@link #perSecond}: a letter is an invite, a note before it and one after it. */
  public static final double MOST_PER_SECOND = 100;

  public ReplayOrder {
    if (!(perSecond >= 0.01 && perSecond <= MOST_PER_SECOND)) {
      throw new IllegalArgumentException("must be 0.01 to " + (int) MOST_PER_SECOND);
    }
  }

  /** From one letter to the next. */
  Duration pause() {
    return Duration.ofNanos(Math.round(1e9 / perSecond));
  }
}
