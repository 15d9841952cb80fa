package dev.ringpost.drills;

import dev.ringpost.call.Origin;
import dev.ringpost.testing.CallPlatform;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The times from invites' appends to the decisions of their first results.
 *
 * @param longest of all
 * @param during the 99th percentile of those that were appended before the trouble was over
 * @param after that of the others
 * @param recovered how long after the trouble the last of those was answered that had waited for
 *     more than a second
 */
record Waits(Duration longest, Duration during, Duration after, Duration recovered) {

  private static final Duration SLOW = Duration.ofSeconds(1);

  private record Wait(Instant appended, Instant answered) {
    private Duration time() {
      return Duration.between(appended, answered);
    }
  }

  /** Where only the longest is known. */
  static Waits longest(Duration longest) {
    return new Waits(longest, longest, longest, Duration.ZERO);
  }

  /**
   * @param over when the trouble was over
   */
  static Waits of(CallPlatform platform, Collection<Origin> invites, Instant over) {
    List<Wait> waits = new ArrayList<>();
    for (Origin invite : invites) {
      platform.results(invite).stream()
          .map(result -> Instant.parse(result.path("decidedAt").asText()))
          .min(Comparator.naturalOrder())
          .ifPresent(first -> waits.add(new Wait(invite.timestamp(), first)));
    }
    List<Wait> during = waits.stream().filter(wait -> wait.appended().isBefore(over)).toList();
    List<Wait> after = waits.stream().filter(wait -> !wait.appended().isBefore(over)).toList();
    Duration recovered =
        waits.stream()
            .filter(wait -> wait.time().compareTo(SLOW) > 0)
            .map(wait -> Duration.between(over, wait.answered()))
            .filter(Duration::isPositive)
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO);
    return new Waits(share(waits, 1), share(during, 0.99), share(after, 0.99), recovered);
  }

  /** The worse of both in everything. */
  Waits worst(Waits other) {
    return new Waits(
        longer(longest, other.longest),
        longer(during, other.during),
        longer(after, other.after),
        longer(recovered, other.recovered));
  }

  static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static Duration share(List<Wait> waits, double share) {
    List<Duration> sorted = waits.stream().map(Wait::time).sorted().toList();
    return sorted.isEmpty()
        ? Duration.ZERO
        : sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }
}
