package dev.ringpost.delivery;

import dev.ringpost.call.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How long an unfinished invite waits for its next try: one rung after the other, the last one
 * again and again, as long as the try falls before the deadline.
 *
 * @param rungs the waits, shortest first; at least one
 */
public record RetryLadder(List<Duration> rungs) {

  /** Bound on the rungs: each is a topic. */
  public static final int MAX_RUNGS = 8;

  /**
   * When the next try is.
   *
   * @param rung its number, from 1 on
   */
  public record Next(int rung, Instant due) {}

  public RetryLadder {
    rungs = List.copyOf(rungs);
    if (rungs.isEmpty() || rungs.size() > MAX_RUNGS) {
      throw new IllegalArgumentException(
          "retry.ladder must have 1 to " + MAX_RUNGS + " rungs, not " + rungs.size());
    }
    for (Duration rung : rungs) {
      if (!rung.isPositive()) {
        throw new IllegalArgumentException("retry.ladder must hold times above 0");
      }
    }
  }

  /** The next try after {@code attempt} tries; empty if it would not fall before the deadline. */
  public Optional<Next> after(int attempt, Instant now, Deadline deadline) {
    int rung = Math.min(attempt, rungs.size());
    Instant due = now.plus(rungs.get(rung - 1));
    return deadline.passedAt(due) ? Optional.empty() : Optional.of(new Next(rung, due));
  }
}
