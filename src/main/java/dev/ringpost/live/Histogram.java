package dev.ringpost.live;

import dev.ringpost.telemetry.MeterReader.Buckets;
import dev.ringpost.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The histogram of a stretch of time.
 *
 * @param counts how many times fell into each bucket of {@link Telemetry#BUCKETS}, and behind the
 *     last; one entry more than there are bounds
 */
record Histogram(List<Long> counts) {

  Histogram {
    counts = List.copyOf(counts);
  }

  /** What was added between two looks at a meter. */
  static Histogram between(Buckets before, Buckets after) {
    List<Long> added = new ArrayList<>();
    long below = 0;
    for (int i = 0; i < Telemetry.BUCKETS.size(); i++) {
      long upTo = after.counts().get(i) - before.counts().get(i);
      added.add(upTo - below);
      below = upTo;
    }
    // the count is read apart from the buckets, while others count
    added.add(Math.max(0, after.count() - before.count() - below));
    return new Histogram(added);
  }

  long count() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  /**
   * About how many milliseconds a share of the times took at most: within its bucket the times are
   * taken to be spread evenly, as Prometheus does. The last bound for what is longer. Empty without
   * times.
   *
   * @param share above 0, at most 1
   */
  OptionalDouble quantile(double share) {
    double rank = share * count();
    if (rank <= 0) {
      return OptionalDouble.empty();
    }
    double below = 0;
    double from = 0;
    for (int i = 0; i < Telemetry.BUCKETS.size(); i++) {
      double to = millis(Telemetry.BUCKETS.get(i));
      long here = counts.get(i);
      if (here > 0 && below + here >= rank) {
        return OptionalDouble.of(from + (to - from) * (rank - below) / here);
      }
      below += here;
      from = to;
    }
    return OptionalDouble.of(from);
  }

  private static double millis(Duration bound) {
    return bound.toMillis();
  }
}
