package dev.ringpost.shadow;

import dev.ringpost.shadow.Judgement.Fate;
import dev.ringpost.shadow.Judgement.Target;
import dev.ringpost.telemetry.ShadowMeters.Outcome;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The rule by which two judgements on one invite agree. Pure and stateless.
 *
 * <p>Explained is what the two cannot both know: what happened between their two looks, and what a
 * process remembers for itself alone. Only the later look may know more.
 */
final class Agreement {

  /** By how much two deadlines differ, beside the time between the two readings, at most. */
  static final Duration DEADLINE_TOLERANCE = Duration.ofSeconds(1);

  /** Verdicts that name what a call comes to as time goes on. */
  private static final Set<String> OVER = Set.of("ended", "not_needed", "expired");

  /** Verdicts that name the devices as the reason. */
  private static final Set<String> NOBODY = Set.of("no_devices", "all_dead");

  private static final String DUPLICATE = "duplicate";

  /** What is told, and is to be tried again, without a device: the view of registrations lags. */
  private static final Set<String> BEHIND = Set.of("retrying", "view_behind");

  private Agreement() {}

  /** How a shadow's judgement compares with the live one. */
  static Outcome of(Judgement own, Judgement live) {
    if (isApart(own) || isApart(live)) {
      return own.word().equals(live.word()) ? Outcome.AGREED : Outcome.EXPLAINED;
    }
    Outcome found;
    if (own.devices().isEmpty() && live.devices().isEmpty()) {
      found = ofNobody(own, live);
    } else if (own.devices().isEmpty()) {
      found = ofOne(own, live);
    } else if (live.devices().isEmpty()) {
      found = ofOne(live, own);
    } else {
      found = ofDevices(own, live);
    }
    return found == Outcome.AGREED && deadlinesDiffer(own, live) ? Outcome.DEADLINE : found;
  }

  /** A repeat is known by each process for itself, and one whose view lags says nothing. */
  private static boolean isApart(Judgement one) {
    return one.devices().isEmpty() && (one.word().equals(DUPLICATE) || BEHIND.contains(one.word()));
  }

  private static Outcome ofNobody(Judgement own, Judgement live) {
    if (own.word().equals(live.word())) {
      return Outcome.AGREED;
    }
    if (OVER.contains(own.word()) && OVER.contains(live.word())) {
      return Outcome.EXPLAINED;
    }
    return NOBODY.contains(own.word()) && NOBODY.contains(live.word())
        ? Outcome.DEVICES
        : Outcome.VERDICT;
  }

  /**
   * One of the two has ordered pushes.
   *
   * @param none the judgement without any
   */
  private static Outcome ofOne(Judgement none, Judgement some) {
    if (NOBODY.contains(none.word())) {
      return ofDevices(none, some);
    }
    boolean known =
        switch (none.word()) {
          case "ended", "not_needed" -> none.decidedAt().isAfter(some.lookedAt());
          case "expired" -> some.expiresAt().filter(none.decidedAt()::isAfter).isPresent();
          default -> false;
        };
    return known ? Outcome.EXPLAINED : Outcome.VERDICT;
  }

  private static Outcome ofDevices(Judgement one, Judgement other) {
    Set<Outcome> found = EnumSet.of(Outcome.AGREED);
    Set<Target> all = new HashSet<>(one.devices().keySet());
    all.addAll(other.devices().keySet());
    for (Target target : all) {
      Optional<Fate> first = Optional.ofNullable(one.devices().get(target));
      Optional<Fate> second = Optional.ofNullable(other.devices().get(target));
      if (first.isEmpty()) {
        found.add(ofAbsent(target, one, other));
      } else if (second.isEmpty()) {
        found.add(ofAbsent(target, other, one));
      } else {
        found.add(ofFates(first.get(), second.get()));
      }
    }
    return worst(found);
  }

  private static Outcome ofAbsent(Target target, Judgement without, Judgement with) {
    if (with.devices().get(target) == Fate.DIED && without.dead().contains(target)) {
      return Outcome.EXPLAINED;
    }
    boolean rings =
        without.excluded() > with.excluded() && without.decidedAt().isAfter(with.lookedAt());
    return rings ? Outcome.EXPLAINED : Outcome.DEVICES;
  }

  private static Outcome ofFates(Fate one, Fate other) {
    if (pushed(one) == pushed(other) && (one == other || pushed(one))) {
      return Outcome.AGREED;
    }
    // held back at the writing, which each of the two has at another moment
    return one == Fate.HELD || other == Fate.HELD ? Outcome.EXPLAINED : Outcome.ROUTE;
  }

  private static boolean pushed(Fate fate) {
    return fate == Fate.PUSHED || fate == Fate.DIED;
  }

  private static Outcome worst(Set<Outcome> found) {
    if (found.contains(Outcome.DEVICES)) {
      return Outcome.DEVICES;
    }
    if (found.contains(Outcome.ROUTE)) {
      return Outcome.ROUTE;
    }
    return found.contains(Outcome.EXPLAINED) ? Outcome.EXPLAINED : Outcome.AGREED;
  }

  /** One that is cut at {@code ring.max} counts from the first reading. */
  private static boolean deadlinesDiffer(Judgement own, Judgement live) {
    if (own.expiresAt().isEmpty() || live.expiresAt().isEmpty()) {
      return false;
    }
    Duration readings = Duration.between(own.lookedAt(), live.lookedAt()).abs();
    return Duration.between(own.expiresAt().get(), live.expiresAt().get())
            .abs()
            .compareTo(readings.plus(DEADLINE_TOLERANCE))
        > 0;
  }
}
