package dev.ringpost.apns.path;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A remedy that is not to be taken again soon, and ever more rarely while it is needed again and
 * again. Not thread-safe.
 */
public final class Cooldown {

  private final Duration first;
  private final Duration longest;
  private @Nullable Long takenNanos;
  private long pauseNanos;

  /**
   * @param first the least time between two; twice as long after each that was soon needed again
   * @param longest bound on that
   */
  public Cooldown(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
  }

  /**
   * Takes the remedy, if it may be taken.
   *
   * @param now as {@link System#nanoTime}
   * @return whether it may
   */
  public boolean take(long now) {
    if (takenNanos != null && now - takenNanos < pauseNanos) {
      return false;
    }
    boolean soonAgain = takenNanos != null && now - takenNanos < 2 * pauseNanos;
    pauseNanos = soonAgain ? Math.min(2 * pauseNanos, longest.toNanos()) : first.toNanos();
    takenNanos = now;
    return true;
  }
}
