package dev.ringpost.simulation;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The sum of runs, so that they are known to have looked.
 *
 * @param doubles pushes of a device that had been pushed for the same invite before
 * @param mishaps how often each kind was met, of those that were
 */
record Seen(
    int invites,
    int pushes,
    int retries,
    int readAgain,
    int doubles,
    Later later,
    Map<Mishap, Integer> mishaps) {

  /**
   * The counts of what came of calls after APNs had accepted their pushes.
   *
   * @param secondVerdicts those that were told
   * @param silent those of them that say that no phone rang
   * @param pushedAgain second pushes to silent calls
   * @param missed calls that were told as missed
   */
  record Later(int secondVerdicts, int silent, int pushedAgain, int missed) {

    private Later and(Later other) {
      return new Later(
          secondVerdicts + other.secondVerdicts,
          silent + other.silent,
          pushedAgain + other.pushedAgain,
          missed + other.missed);
    }
  }

  static final Seen NOTHING = new Seen(0, 0, 0, 0, 0, new Later(0, 0, 0, 0), Map.of());

  Seen {
    var sorted = new EnumMap<Mishap, Integer>(Mishap.class);
    sorted.putAll(mishaps);
    mishaps = Collections.unmodifiableMap(sorted);
  }

  Seen and(Seen other) {
    var both = new EnumMap<Mishap, Integer>(Mishap.class);
    both.putAll(mishaps);
    other.mishaps.forEach((mishap, times) -> both.merge(mishap, times, Integer::sum));
    return new Seen(
        invites + other.invites,
        pushes + other.pushes,
        retries + other.retries,
        readAgain + other.readAgain,
        doubles + other.doubles,
        later.and(other.later),
        both);
  }

  /** The kinds of mishap that were not met. */
  Set<Mishap> unmet() {
    Set<Mishap> unmet = EnumSet.allOf(Mishap.class);
    unmet.removeAll(mishaps.keySet());
    return unmet;
  }
}
