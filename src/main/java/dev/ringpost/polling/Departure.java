package dev.ringpost.polling;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The moment to leave the group: as soon as the worker is told to, unless the group rebalances just
 * then. A member that has joined anew and waits for its share may not commit, and without its last
 * commit all that settled since the one before would ring again at the next owner. So it works on
 * until the rebalance is completed. A Deployment that starts a new pod and stops an old one at once
 * has each of them leave so. The consumer's thread alone calls it.
 */
public final class Departure {

  /**
   * Bound on waiting for the end of a rebalance: members learn of one by their heartbeats, which
   * are 1.5 s apart at most.
   */
  public static final Duration REBALANCE_WAIT = Duration.ofSeconds(3);

  private final CountDownLatch told;
  private final LongSupplier nanoTime;
  private OptionalLong latest = OptionalLong.empty();

  /**
   * @param told open until the worker is told to leave
   * @param nanoTime a monotonic clock
   */
  public Departure(CountDownLatch told, LongSupplier nanoTime) {
    this.told = told;
    this.nanoTime = nanoTime;
  }

  /**
   * Whether it is time to leave.
   *
   * @param mustRejoin commits what there is; whether that is impossible until a rebalance is
   *     completed
   */
  public boolean isDue(BooleanSupplier mustRejoin) {
    if (told.getCount() > 0) {
      return false;
    }
    long now = nanoTime.getAsLong();
    if (latest.isEmpty()) {
      latest = OptionalLong.of(now + REBALANCE_WAIT.toNanos());
    }
    return now - latest.getAsLong() >= 0 || !mustRejoin.getAsBoolean();
  }
}
