package dev.ringpost.tools.trace;

import dev.ringpost.call.UserId;
import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalType;
import dev.ringpost.tools.records.GroupStanding;
import dev.ringpost.tools.trace.Sighting.DeadLettered;
import dev.ringpost.tools.trace.Sighting.Flawed;
import dev.ringpost.tools.trace.Sighting.InvitePlace;
import dev.ringpost.tools.trace.Sighting.Invited;
import dev.ringpost.tools.trace.Sighting.PutOff;
import dev.ringpost.tools.trace.Sighting.RingTold;
import dev.ringpost.tools.trace.Sighting.Signalled;
import dev.ringpost.tools.trace.Sighting.Told;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that was seen of one invite's record, in the order of time.
 *
 * @param invite the record
 * @param sightings what was seen, signals of its call among it
 * @param standing how the group stands that should read it; empty where that was not asked
 */
record InviteTrace(InvitePlace invite, List<Sighting> sightings, Optional<GroupStanding> standing) {

  /** The order of a timeline; of one moment in the order in which it must have been. */
  static final Comparator<Sighting> BY_TIME =
      Comparator.comparing(Sighting::at).thenComparingInt(InviteTrace::rank);

  private static int rank(Sighting sighting) {
    return switch (sighting) {
      case Invited _, Flawed _ -> 0;
      case Signalled _ -> 1;
      case Told _ -> 2;
      case PutOff _, DeadLettered _ -> 3;
      case RingTold _ -> 4;
    };
  }

  InviteTrace {
    sightings = sightings.stream().sorted(BY_TIME).toList();
  }

  <T extends Sighting> Stream<T> all(Class<T> kind) {
    return sightings.stream().filter(kind::isInstance).map(kind::cast);
  }

  Optional<Invited> invited() {
    return all(Invited.class).findFirst();
  }

  /** Its results, each attempt once: after a crash one is told again. */
  List<Told> told() {
    return all(Told.class)
        .collect(Collectors.toMap(Told::attempt, it -> it, InviteTrace::better, TreeMap::new))
        .values()
        .stream()
        .toList();
  }

  /** A worker that reads a record again after a crash may find it over, or a repeat. */
  private static Told better(Told one, Told other) {
    return other.anyAccepted() && !one.anyAccepted() ? other : one;
  }

  /** The word that counts: the final one, or the last. */
  Optional<Told> verdict() {
    List<Told> told = told();
    return told.stream()
        .filter(Told::last)
        .findFirst()
        .or(() -> told.isEmpty() ? Optional.empty() : Optional.of(told.getLast()));
  }

  /** Whether a phone rang, as far as a worker told. */
  Optional<RingTold> ring() {
    return all(RingTold.class).findFirst();
  }

  /** The first try that APNs accepted a push in. */
  Optional<Told> firstAccepted() {
    return told().stream().filter(Told::anyAccepted).findFirst();
  }

  /** The first signal of some types. */
  Optional<Signal> signal(SignalType... types) {
    return all(Signalled.class)
        .map(Signalled::signal)
        .filter(signal -> List.of(types).contains(signal.type()))
        .findFirst();
  }

  /** Whom it is for; empty if nothing tells. */
  String callee() {
    return invited()
        .map(it -> it.invite().callee().value())
        .or(() -> told().stream().map(Told::callee).filter(it -> !it.isEmpty()).findFirst())
        .orElse("");
  }

  /** The user who is called, by the invite itself: results may name them by a digest. */
  Optional<UserId> user() {
    return invited().map(it -> it.invite().callee());
  }

  /** When the record was appended, or the first that is known of it. A signal may be older. */
  Instant since() {
    return sightings.stream()
        .filter(it -> it instanceof Invited || it instanceof Flawed)
        .findFirst()
        .orElseGet(sightings::getFirst)
        .at();
  }

  /** When ringing is over. */
  Optional<Instant> expiresAt() {
    return invited()
        .map(it -> it.invite().deadline().at())
        .or(() -> told().stream().flatMap(it -> it.expiresAt().stream()).findFirst());
  }
}
