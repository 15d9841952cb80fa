package dev.ringpost.apns;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The liveness of a connection as of the last look: whether APNs is heard on it, and whether APNs
 * lets it serve. Lives on the loop.
 */
final class ConnectionLiveness {

  /**
   * How long a connection may say nothing while pushes wait before it is doubted: several times
   * what APNs takes for an answer. What stands between, a NAT that has forgotten it or a host that
   * died, gives no sign, and TCP by itself keeps such a connection for minutes.
   */
  static final Duration QUIET = Duration.ofSeconds(1);

  /**
   * After how long without a word it is asked by a PING, so that it can answer before it counts.
   */
  static final Duration ASKED = QUIET.dividedBy(2);

  /** How long pushes may wait for a connection that APNs allows next to nothing. */
  static final Duration STARVED = Duration.ofSeconds(1);

  private final LongSupplier nanoTime;

  /** When APNs was last heard, or when pushes began to wait, whichever is later. */
  private long heardNanos;

  private long askedNanos;
  private boolean quiet;
  private @Nullable Long starvedNanos;

  /**
   * @param nanoTime a monotonic clock
   */
  ConnectionLiveness(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.heardNanos = nanoTime.getAsLong();
    this.askedNanos = heardNanos;
  }

  /** APNs said something, or the first push begins to wait. */
  void heard() {
    heardNanos = nanoTime.getAsLong();
    quiet = false;
  }

  /**
   * Looks.
   *
   * @param waits whether pushes wait for an answer
   * @param starves whether pushes wait and APNs allows it next to nothing
   * @return whether it is to be asked for a sign
   */
  boolean look(boolean waits, boolean starves) {
    long now = nanoTime.getAsLong();
    long silent = waits ? now - heardNanos : 0;
    quiet = silent > QUIET.toNanos();
    if (!starves) {
      starvedNanos = null;
    } else if (starvedNanos == null) {
      starvedNanos = now;
    }
    if (silent > ASKED.toNanos() && now - askedNanos > ASKED.toNanos()) {
      askedNanos = now;
      return true;
    }
    return false;
  }

  /**
   * Whether it has said nothing for {@link #QUIET} while pushes wait, not even to a PING: one that
   * answers that is slow, not dead.
   */
  boolean isQuiet() {
    return quiet;
  }

  /** Whether it could take next to nothing for {@link #STARVED}. */
  boolean isStarved() {
    return starvedNanos != null && nanoTime.getAsLong() - starvedNanos > STARVED.toNanos();
  }
}
