package dev.ringpost.tools.records;

import java.time.Duration;
import java.time.Instant;

/**
 * A stretch of time, by the timestamps of records.
 *
 * @param from its begin
 * @param to its end; in the future for all that is there
 */
public record Stretch(Instant from, Instant to) {

  public Stretch {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("a stretch ends after its begin");
    }
  }

  /** The stretch up to now. */
  public static Stretch upTo(Instant now, Duration length) {
    // records of this moment belong to it, whoever's clock is a little ahead
    return new Stretch(now.minus(length), now.plus(length));
  }

  /** The stretch with a moment in its middle. */
  public static Stretch around(Instant moment, Duration length) {
    Duration half = length.dividedBy(2);
    return new Stretch(moment.minus(half), moment.plus(half));
  }
}
