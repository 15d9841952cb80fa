package dev.ringpost.call;

import java.time.Duration;
import java.time.Instant;

/**
 * The moment after which a call must not ring any more, on the wall clock. Computed once, at the
 * first reading of an invite, and carried from there on.
 */
public record Deadline(Instant at) {

  /** Whether it is too late at {@code now}; the deadline itself is too late. */
  public boolean passedAt(Instant now) {
    return !now.isBefore(at);
  }

  /** What is left at {@code now}; zero once it has passed. */
  public Duration leftAt(Instant now) {
    return passedAt(now) ? Duration.ZERO : Duration.between(now, at);
  }

  /** UNIX seconds, rounded down, as {@code apns-expiration} wants them. */
  public long epochSecond() {
    return at.getEpochSecond();
  }
}
