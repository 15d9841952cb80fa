package dev.ringpost.apns;

import dev.ringpost.apns.path.ApnsSettings.Hedge;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The tries that wait for the time to hedge them, that is, to try their push once more on another
 * connection because the answer is late, with a budget of such tries: otherwise a slow APNs would
 * be sent everything twice. Lives on the loop; does nothing if hedging is off.
 */
final class Hedges {

  /** Bound on the budget that quiet times save up, in pushes. */
  static final int MAX_BUDGET = 10;

  private record Due(PushTry push, long atNanos) {}

  private final boolean on;
  private final long afterNanos;
  private final double share;
  private final LongSupplier nanoTime;

  /** Tries in the order of their time; at most those of the time after which they are due. */
  private final ArrayDeque<Due> tries = new ArrayDeque<>();

  private double budget = 1;

  /**
   * @param nanoTime a monotonic clock
   */
  Hedges(Optional<Hedge> settings, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    on = settings.isPresent();
    afterNanos = settings.map(Hedge::after).orElse(Duration.ZERO).toNanos();
    share = settings.map(Hedge::maxPercent).orElse(0) / 100.0;
  }

  /** A push had its first try. */
  void tried(PushTry pushTry) {
    if (on) {
      budget = Math.min(MAX_BUDGET, budget + share);
      tries.addLast(new Due(pushTry, nanoTime.getAsLong() + afterNanos));
    }
  }

  /** The next push whose answer is late, or null if none is, or if the budget is used up. */
  @Nullable PushTry next() {
    long now = nanoTime.getAsLong();
    while (!tries.isEmpty()) {
      PushTry pushTry = tries.getFirst().push();
      boolean over = pushTry.isEnded() || pushTry.push().isDone();
      if (!over && tries.getFirst().atNanos() - now > 0) {
        return null;
      }
      tries.removeFirst();
      if (!over && budget >= 1) {
        return pushTry;
      }
    }
    return null;
  }

  /** One was tried once more. */
  void consume() {
    budget--;
  }
}
