package dev.ringpost.testing;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Percentiles of times, by nearest rank. */
public record Percentiles(List<Duration> sorted) {

  public Percentiles {
    sorted = List.copyOf(sorted);
  }

  public static Percentiles of(Collection<Duration> times) {
    return new Percentiles(times.stream().sorted().toList());
  }

  /** The time below or at which {@code percent} of all lie; zero of none. */
  public Duration at(double percent) {
    if (sorted.isEmpty()) {
      return Duration.ZERO;
    }
    int rank = (int) Math.ceil(percent / 100 * sorted.size());
    return sorted.get(Math.max(0, rank - 1));
  }

  /** The usual ones in a line. */
  public String line() {
    return Stream.of(50, 95, 99)
        .map(percent -> "  p%d %6.2f ms".formatted(percent, at(percent).toNanos() / 1e6))
        .collect(Collectors.joining());
  }
}
