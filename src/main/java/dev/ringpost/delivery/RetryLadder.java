package dev.ringpost.delivery;

import dev.ringpost.call.Deadline;
import dev.ringpost.call.findings.InvalidSettingsException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The waits of an unfinished invite before its retries: one after the other, the last one again and
 * again, as long as the retry falls before the deadline.
 *
 * @param retries the waits, shortest first; at least one
 */
public record RetryLadder(List<Duration> retries) {

  /** Bound on the retries: each has a topic. */
  public static final int MAX_RETRIES = 8;

  /**
   * The next retry and its time.
   *
   * @param retry its number, from 1 on
   */
  public record Next(int retry, Instant due) {}

  public RetryLadder {
    retries = List.copyOf(retries);
    InvalidSettingsException.require(
        !retries.isEmpty() && retries.size() <= MAX_RETRIES,
        "retry.ladder",
        "must have 1 to " + MAX_RETRIES + " times, not " + retries.size());
    InvalidSettingsException.require(
        retries.stream().allMatch(Duration::isPositive), "retry.ladder", "must hold times above 0");
  }

  /** The next try after {@code attempt} tries; empty if it would not fall before the deadline. */
  public Optional<Next> after(int attempt, Instant now, Deadline deadline) {
    int retry = Math.min(attempt, retries.size());
    Instant due = now.plus(retries.get(retry - 1));
    return deadline.passedAt(due) ? Optional.empty() : Optional.of(new Next(retry, due));
  }
}
