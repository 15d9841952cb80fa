package dev.ringpost.apns.path;

import java.time.Duration;

/**
 * The budget for the probes of all dead routes of a process, which run on the loop that serves the
 * good ones: they get one slot each {@link #SLOT}. A few dead routes do not notice; forty are each
 * probed more rarely. Lives on the loop.
 */
public final class ProbeBudget {

  /** The least time between two probes of any dead routes: one takes some milliseconds of CPU. */
  static final Duration SLOT = Duration.ofMillis(100);

  private long nextNanos;

  /**
   * @param now as {@link System#nanoTime}
   */
  public ProbeBudget(long now) {
    nextNanos = now;
  }

  /**
   * Takes a slot.
   *
   * @param wished when a probe is wanted, as {@link System#nanoTime}
   * @return how much later than that its slot is, in nanoseconds
   */
  long reserve(long wished) {
    long late = Math.max(0, nextNanos - wished);
    nextNanos = wished + late + SLOT.toNanos();
    return late;
  }
}
