package dev.ringpost.simulation;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalType;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The record of calls that may have been missed in a run, held against what the page on events says
 * of them: none is lost, none is told that somebody took, and none is told again by a worker that
 * has told it.
 */
final class MissedFacts {

  /** The last try of an alert that has trouble: nobody is told then. */
  private static final int LAST_TRY = 5;

  /** A call of one callee. */
  record Call(CallId id, UserId callee) {

    static Call of(CallInvite invite) {
      return new Call(invite.callId(), invite.callee());
    }
  }

  /**
   * An alert that a worker orders or writes.
   *
   * @param attempt the number of its try
   */
  record Alert(int worker, Call call, DeviceId device, int attempt) {}

  private record Phone(Call call, DeviceId device) {}

  private record Known(int worker, Phone phone) {}

  private record Ended(int worker, Call call) {}

  private final Facts facts;
  private final Map<CallId, Instant> answers = new HashMap<>();
  private final Set<Origin> kept = new HashSet<>();
  private final Set<Place> open = new HashSet<>();
  private final Set<Place> dealt = new HashSet<>();

  /** Those that need not be told: taken, given up, or dealt with by one who could not know. */
  private final Set<Call> excused = new HashSet<>();

  private final Set<Call> told = new HashSet<>();
  private final Set<Phone> alerted = new HashSet<>();
  private final Set<Known> known = new HashSet<>();
  private final Set<Ended> ended = new HashSet<>();

  MissedFacts(Facts facts) {
    this.facts = facts;
  }

  /** The brokers have a signal. */
  void signalled(Signal signal) {
    if (signal.type() == SignalType.ANSWERED) {
      answers.merge(signal.call(), signal.at(), (one, other) -> one.isBefore(other) ? one : other);
    }
  }

  /** The brokers have the record of a call that is to be looked at. */
  void kept(Place place, Origin invite) {
    open.add(place);
    kept.add(invite);
  }

  /** A worker says that all is stored of an invite whose call may be missed. */
  void mustBeKept(Origin invite) {
    if (!kept.contains(invite)) {
      facts.breach("NoMissedCallLost", invite + " may be missed, and no broker has its record");
    }
  }

  /**
   * A worker orders the first alert of a call.
   *
   * @param deadline when the call was over at last
   * @param steady whether the worker's clock was never set
   */
  void ordered(CallInvite invite, Instant deadline, boolean steady) {
    Instant answered = answers.get(invite.callId());
    if (steady
        && answered != null
        && answered.isBefore(deadline)
        && !answered.isBefore(invite.invitedAt())) {
      facts.breach(
          "NoAnsweredCallMissed", invite.callId() + " was answered, and is told as missed");
    }
  }

  /**
   * A worker orders the first try of an alert. One that has lost the partition meanwhile begins
   * anew, with the first try at all phones.
   */
  void begins(Alert alert) {
    known.remove(new Known(alert.worker(), new Phone(alert.call(), alert.device())));
  }

  /**
   * An alert was written.
   *
   * @param answerRead whether the worker had read that somebody took the call
   * @param mayTell whether the partition was its own, as far as it could know
   */
  void written(Alert alert, boolean answerRead, boolean mayTell) {
    var phone = new Phone(alert.call(), alert.device());
    if (answerRead) {
      facts.breach("NoAnsweredCallMissed", alert.call() + " is told as missed, and was answered");
    }
    if (!mayTell) {
      facts.breach("NoMissedCallDoubled", alert.call() + " is told, though its partition is gone");
    }
    boolean isFirst = alert.attempt() == 1;
    if (known.contains(new Known(alert.worker(), phone))
        || ended.contains(new Ended(alert.worker(), alert.call()))) {
      facts.breach("NoMissedCallDoubled", alert.call() + " is told again by the same worker");
    }
    if (!isFirst) {
      facts.met(Mishap.ALERT_TRIED_AGAIN);
    } else if (!alerted.add(phone)) {
      facts.met(Mishap.ALERTED_AGAIN);
    }
    if (alert.attempt() >= LAST_TRY) {
      excused.add(alert.call());
    }
  }

  /** A worker has learned that an alert was accepted. */
  void accepted(Alert alert) {
    known.add(new Known(alert.worker(), new Phone(alert.call(), alert.device())));
    told.add(alert.call());
  }

  /**
   * A worker has dealt with a call.
   *
   * @param mustBeTold whether it is to be told if nobody took the call
   */
  void dealtWith(int worker, Place place, Call call, boolean mustBeTold) {
    dealt.add(place);
    ended.add(new Ended(worker, call));
    if (!mustBeTold || answers.containsKey(call.id())) {
      excused.add(call);
    }
    if (!told.contains(call) && !excused.contains(call)) {
      facts.breach("NoMissedCallLost", call + " was missed, and nobody is told");
    }
  }

  /** Whether a worker has dealt with a call. */
  boolean isDealtWith(Place place) {
    return dealt.contains(place);
  }

  /** Whether no call is left that is to be looked at. */
  boolean areAllDealtWith() {
    return dealt.containsAll(open);
  }

  /** Enough time has passed for everything to end. */
  void over() {
    for (Place place : open) {
      if (!dealt.contains(place)) {
        facts.breach("NoMissedCallLost", place + " is dealt with by nobody");
      }
    }
  }

  /** How many calls were told as missed. */
  int told() {
    return told.size();
  }
}
