package dev.ringpost.simulation;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Origin;
import dev.ringpost.delivery.rings.RingReport;
import dev.ringpost.delivery.rings.RingVerdict;
import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The record of second verdicts and second pushes in a run, held against what the page on events
 * says of them: once for each invite, told after the commit, and true as far as a worker could
 * know.
 */
final class RingFacts {

  /** What clocks that count in milliseconds, and their trips, may make of a moment. */
  private static final Duration SLACK = Duration.ofMillis(20);

  /**
   * The state of a worker when it told a second verdict.
   *
   * @param places where the records stand that it was decided by, or read again
   * @param steady whether its clock was never set
   * @param endRead whether it had read the end of the call
   * @param heard whether it had read of a phone that rings by the time of the decision
   */
  record Teller(Set<Place> places, boolean steady, boolean endRead, boolean heard) {

    Teller {
      places = Set.copyOf(places);
    }
  }

  private record Pushed(Facts.Tried record, DeviceId device) {}

  private final Facts facts;
  private final Map<CallId, List<Signal>> rings = new HashMap<>();
  private final Map<Origin, Set<Place>> tellers = new HashMap<>();
  private final Set<Facts.Tried> told = new HashSet<>();
  private final Set<Facts.Tried> silent = new HashSet<>();
  private final Set<Pushed> pushed = new HashSet<>();
  private final Set<Facts.Tried> retried = new HashSet<>();

  /** Those of which the brokers have a retry twice: its records may end on two workers. */
  private final Set<Origin> retriedTwice = new HashSet<>();

  RingFacts(Facts facts) {
    this.facts = facts;
  }

  /** The brokers have a signal. */
  void signalled(Signal signal) {
    if (signal.type() == SignalType.RINGING) {
      rings.computeIfAbsent(signal.call(), _ -> new ArrayList<>()).add(signal);
    }
  }

  /** The brokers have a retry. */
  void retried(Facts.Tried retry) {
    if (!retried.add(retry)) {
      retriedTwice.add(retry.origin());
    }
  }

  /** A worker tells a second verdict. */
  void told(RingReport report, Teller teller) {
    Origin origin = report.call().origin();
    var record = new Facts.Tried(origin, report.call().attempt());
    boolean isAgain = !told.add(record);
    Set<Place> before = tellers.computeIfAbsent(origin, _ -> new HashSet<>());
    boolean isSecond = !before.isEmpty();
    before.addAll(teller.places());
    if (!retriedTwice.contains(origin)
        && (isAgain || (isSecond && before.stream().noneMatch(facts::isReadAgain)))) {
      facts.breach("NoSecondVerdictDoubled", record + " is told " + report.verdict() + " as well");
    }
    if (teller.places().stream().noneMatch(facts::isCommitted)) {
      facts.breach("NoSecondVerdictDoubled", record + " is told before its commit");
    }
    if (!teller.heard()) {
      facts.breach("NoWrongSecondVerdict", record + " is told, and nobody tells of ringing");
    }
    CallInvite invite = report.call().invite();
    switch (report.verdict()) {
      case RingVerdict.Rang(DeviceId device, _) -> {
        if (rings(invite).stream()
            .noneMatch(ring -> ring.device().filter(device::equals).isPresent())) {
          facts.breach("NoWrongSecondVerdict", record + " is told to ring on " + device);
        }
      }
      case RingVerdict.Silent() -> {
        silent.add(record);
        if (teller.endRead()) {
          facts.breach("NoWrongSecondVerdict", record + " is told as silent after its end");
        }
        if (teller.steady() && rangInTime(report)) {
          facts.breach("NoWrongSecondVerdict", record + " is told as silent, and rings");
        }
      }
    }
  }

  private List<Signal> rings(CallInvite invite) {
    return rings.getOrDefault(invite.callId(), List.of());
  }

  /** Whether a phone told so, of this invite, before the time was over. */
  private boolean rangInTime(RingReport report) {
    CallInvite invite = report.call().invite();
    Instant due = report.call().acceptedAt().plus(SimulatedRings.SILENT_AFTER);
    Instant deadline = invite.deadline().at();
    Instant over = (due.isBefore(deadline) ? due : deadline).minus(SLACK);
    return rings(invite).stream()
        .anyMatch(ring -> !ring.at().isBefore(invite.invitedAt()) && ring.at().isBefore(over));
  }

  /** The brokers have a second verdict. */
  void stored(Facts.Tried record) {
    if (!told.contains(record)) {
      facts.breach("NoWrongSecondVerdict", record + " has a second verdict that nobody told");
    }
  }

  /** A second push was written. */
  void pushed(Facts.Tried record, DeviceId device) {
    if (!silent.contains(record)) {
      facts.breach("NoNeedlessDoubleRing", record + " rings again, and was not told as silent");
    }
    if (!pushed.add(new Pushed(record, device)) && !retriedTwice.contains(record.origin())) {
      facts.breach("NoNeedlessDoubleRing", record + " rings " + device + " a third time");
    }
  }

  /** How many invites have a second verdict. */
  int told() {
    return told.size();
  }

  /** How many of them are silent. */
  int silent() {
    return silent.size();
  }

  /** How many second pushes were written. */
  int pushed() {
    return pushed.size();
  }
}
