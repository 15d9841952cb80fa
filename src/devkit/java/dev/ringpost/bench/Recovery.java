package dev.ringpost.bench;

import dev.ringpost.bench.ApnsProcess.Arrival;
import dev.ringpost.testing.Percentiles;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A judgement of how soon after an outage fresh invites rang as before it. Time is cut into whole
 * seconds, which begin at the start of the load and at the return, by when invites were published:
 * what was published in a second is as before if its p99 is no more than that of the worst second
 * before.
 */
final class Recovery {

  private static final long SECOND = 1_000_000;

  private final Duration worstBefore;
  private final Map<Long, Duration> p99s;

  /**
   * @param before pushes of a load that nothing disturbed
   * @param startMicros when that load began, by the clock of {@link Stamp}
   * @param fresh pushes of what was published since the return
   * @param returnMicros when that was, likewise
   */
  Recovery(List<Arrival> before, long startMicros, List<Arrival> fresh, long returnMicros) {
    this.worstBefore = longest(p99s(before, startMicros));
    this.p99s = p99s(fresh, returnMicros);
  }

  private static Duration longest(Map<Long, Duration> p99s) {
    return p99s.values().stream().max(Duration::compareTo).orElse(Duration.ZERO);
  }

  private static Map<Long, Duration> p99s(List<Arrival> pushes, long since) {
    return pushes.stream()
        .collect(
            Collectors.groupingBy(
                push -> Math.floorDiv(push.begunMicros() - since, SECOND),
                TreeMap::new,
                Collectors.collectingAndThen(
                    Collectors.mapping(Recovery::delay, Collectors.toList()),
                    delays -> Percentiles.of(delays).at(99))));
  }

  private static Duration delay(Arrival push) {
    return Duration.of(push.arrivedMicros() - push.begunMicros(), ChronoUnit.MICROS);
  }

  /** The p99 of the worst second before. */
  Duration worstBefore() {
    return worstBefore;
  }

  /** The p99 of the worst second since the return. */
  Duration worstSince() {
    return longest(p99s);
  }

  /**
   * Seconds from the return to the end of the last one that was worse than those before; 0 if none.
   */
  long settledSeconds() {
    return p99s.entrySet().stream()
        .filter(second -> second.getValue().compareTo(worstBefore) > 0)
        .mapToLong(second -> second.getKey() + 1)
        .max()
        .orElse(0);
  }
}
