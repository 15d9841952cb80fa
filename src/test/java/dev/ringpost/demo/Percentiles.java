package dev.ringpost.demo;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Percentiles of times, by nearest rank. */
record Percentiles(List<Duration> sorted) {

  static Percentiles of(Collection<Duration> times) {
    return new Percentiles(times.stream().sorted().toList());
  }

  /** The time below or at which {@code percent} of all lie; zero of none. */
  Duration at(double percent) {
    if (sorted.isEmpty()) {
      return Duration.ZERO;
    }
    int rank = (int) Math.ceil(percent / 100 * sorted.size());
    return sorted.get(Math.max(0, rank - 1));
  }
}
