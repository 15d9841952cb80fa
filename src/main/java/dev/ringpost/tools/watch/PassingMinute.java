package dev.ringpost.tools.watch;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The calls of the last minute: how many a second, with which verdicts, and how long these took. It
 * keeps counts for each second, so its size does not depend on the calls. For one thread.
 */
final class PassingMinute {

  /** The seconds that are kept. */
  static final int SECONDS = 60;

  /** Buckets of a power of two: a time is known to a sixteenth. */
  private static final int STEPS = 16;

  private static final int STEP_BITS = 4;

  /** Bound on a time, in milliseconds: longer ones, of over a quarter of an hour, count as it. */
  private static final long LONGEST = (1L << 20) - 1;

  private static final int BUCKETS = bucket(LONGEST) + 1;

  /** The counts of a second. */
  private static final class Slot {
    private long second = Long.MIN_VALUE;
    private int calls;
    private final Map<String, Integer> verdicts = new LinkedHashMap<>();
    private final int[] times = new int[BUCKETS];

    void clear(long now) {
      second = now;
      calls = 0;
      verdicts.clear();
      Arrays.fill(times, 0);
    }
  }

  private final Slot[] slots = new Slot[SECONDS];
  private final long begunNanos;

  PassingMinute(long nowNanos) {
    begunNanos = nowNanos;
    for (int i = 0; i < SECONDS; i++) {
      slots[i] = new Slot();
    }
  }

  /** Counts a call that got its verdict now. */
  void add(String verdict, OptionalLong millis, long nowNanos) {
    long second = second(nowNanos);
    Slot slot = slots[(int) (second % SECONDS)];
    if (slot.second != second) {
      slot.clear(second);
    }
    slot.calls++;
    slot.verdicts.merge(verdict, 1, Integer::sum);
    if (millis.isPresent()) {
      slot.times[bucket(Math.min(LONGEST, Math.max(0, millis.getAsLong())))]++;
    }
  }

  /** Calls a second, over the last minute or the time since the begin, at least a second. */
  double callsPerSecond(long nowNanos) {
    double since = (nowNanos - begunNanos) / (double) TimeUnit.SECONDS.toNanos(1);
    return calls(nowNanos) / Math.clamp(since, 1.0, SECONDS);
  }

  long calls(long nowNanos) {
    long calls = 0;
    for (Slot slot : slots) {
      calls += isKept(slot, nowNanos) ? slot.calls : 0;
    }
    return calls;
  }

  Map<String, Long> verdicts(long nowNanos) {
    Map<String, Long> sums = new LinkedHashMap<>();
    for (Slot slot : slots) {
      if (isKept(slot, nowNanos)) {
        slot.verdicts.forEach((verdict, count) -> sums.merge(verdict, (long) count, Long::sum));
      }
    }
    return sums;
  }

  /**
   * About how many milliseconds a share of the verdicts took at most; empty without any.
   *
   * @param share above 0, at most 1
   */
  OptionalLong quantile(double share, long nowNanos) {
    long[] sums = new long[BUCKETS];
    long all = 0;
    for (Slot slot : slots) {
      for (int i = 0; isKept(slot, nowNanos) && i < BUCKETS; i++) {
        sums[i] += slot.times[i];
        all += slot.times[i];
      }
    }
    long rank = (long) Math.ceil(share * all);
    long below = 0;
    for (int i = 0; i < BUCKETS && all > 0; i++) {
      below += sums[i];
      if (below >= rank) {
        return OptionalLong.of(from(i));
      }
    }
    return OptionalLong.empty();
  }

  private boolean isKept(Slot slot, long nowNanos) {
    long age = second(nowNanos) - slot.second;
    return slot.second != Long.MIN_VALUE && age < SECONDS;
  }

  private long second(long nowNanos) {
    return TimeUnit.NANOSECONDS.toSeconds(nowNanos - begunNanos);
  }

  private static int bucket(long millis) {
    if (millis < STEPS) {
      return (int) millis;
    }
    int shift = Long.SIZE - 1 - STEP_BITS - Long.numberOfLeadingZeros(millis);
    return (shift << STEP_BITS) + (int) (millis >> shift);
  }

  /** The least time of a bucket. */
  private static long from(int bucket) {
    if (bucket < 2 * STEPS) {
      return bucket;
    }
    int shift = (bucket >> STEP_BITS) - 1;
    return (long) (bucket - (shift << STEP_BITS)) << shift;
  }
}
