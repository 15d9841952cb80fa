package dev.ringpost.testing.apns;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The pushes that arrived: always counted, and kept up to a bound, oldest out. Safe for many
 * threads.
 */
final class PushLog {

  private final int bound;
  private final ArrayDeque<ReceivedPush> kept = new ArrayDeque<>();
  private final LongAdder received = new LongAdder();
  private final ConcurrentMap<Integer, LongAdder> byStatus = new ConcurrentHashMap<>();

  /**
   * @param bound how many pushes are kept; 0 only counts
   */
  PushLog(int bound) {
    this.bound = bound;
  }

  boolean onlyCounts() {
    return bound == 0;
  }

  void count(Behaviour behaviour) {
    received.increment();
    if (behaviour instanceof Behaviour.Answers answer) {
      byStatus.computeIfAbsent(answer.status(), _ -> new LongAdder()).increment();
    }
  }

  void keep(ReceivedPush push) {
    synchronized (kept) {
      if (kept.size() == bound) {
        kept.removeFirst();
      }
      kept.addLast(push);
    }
  }

  List<ReceivedPush> pushes() {
    if (onlyCounts()) {
      throw new IllegalStateException("this server only counts; it keeps no pushes");
    }
    synchronized (kept) {
      return List.copyOf(kept);
    }
  }

  long received() {
    return received.sum();
  }

  long answeredWith(int status) {
    LongAdder count = byStatus.get(status);
    return count == null ? 0 : count.sum();
  }
}
