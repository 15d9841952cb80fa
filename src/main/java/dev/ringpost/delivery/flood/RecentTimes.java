package dev.ringpost.delivery.flood;

import dev.ringpost.delivery.ExpiringMap;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The times at which each of many names was used within the last window. For one thread. */
final class RecentTimes {

  /**
   * Bound on the names that are remembered; at least half of it always is. Of more names within a
   * window the oldest are forgotten, and count from nothing again.
   */
  static final int MAX_NAMES = 1 << 16;

  private final int most;
  private final long windowNanos;
  private final LongSupplier nanoTime;
  private final ExpiringMap<String, Deque<Long>> times;

  /**
   * @param most how many uses a name may have within a window; 0 for any number
   */
  RecentTimes(int most, Duration window, LongSupplier nanoTime) {
    this.most = most;
    this.windowNanos = window.toNanos();
    this.nanoTime = nanoTime;
    int names = most == 0 ? 0 : MAX_NAMES;
    this.times = new ExpiringMap<>(names, window, nanoTime, ExpiringMap.Early.untold());
  }

  /** Whether a name has had all its uses within the window that ends now. */
  boolean isFull(String name) {
    if (most == 0) {
      return false;
    }
    @Nullable Deque<Long> used = times.get(name);
    return used != null && within(used) >= most;
  }

  /** Counts one use. */
  void add(String name) {
    if (most > 0) {
      Deque<Long> used = times.merge(name, new ArrayDeque<>(1), (known, _) -> known);
      used.addLast(nanoTime.getAsLong());
    }
  }

  private int within(Deque<Long> used) {
    long since = nanoTime.getAsLong() - windowNanos;
    while (!used.isEmpty() && used.getFirst() - since <= 0) {
      used.removeFirst();
    }
    return used.size();
  }
}
