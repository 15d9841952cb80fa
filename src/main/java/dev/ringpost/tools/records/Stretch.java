package dev.ringpost.tools.records;

import java.time.Duration;
import java.time.Instant;

/**
 * A stretch of time, by the timestamps of records.
 *
 * @param from its begin
 * @param to its end; in the future for all that is there
 * @param upToNow whether nothing that is written until now is behind it: it is then looked for up
 *     to the end of each log, however far ahead some clocks are
 */
public record Stretch(Instant from, Instant to, boolean upToNow) {

  public Stretch {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("a stretch ends after its begin");
    }
  }

  /** The stretch between two moments. */
  public Stretch(Instant from, Instant to) {
    this(from, to, false);
  }

  /** The stretch up to now. */
  public static Stretch upTo(Instant now, Duration length) {
    // records of this moment belong to it, whoever's clock is a little ahead
    return new Stretch(now.minus(length), now.plus(length), true);
  }

  /** The stretch of all that is there since a moment. */
  public static Stretch since(Instant from) {
    return new Stretch(from, Instant.ofEpochMilli(Long.MAX_VALUE), true);
  }

  /** The stretch with a moment in its middle. */
  public static Stretch around(Instant moment, Duration length) {
    Duration half = length.dividedBy(2);
    return new Stretch(moment.minus(half), moment.plus(half));
  }
}
