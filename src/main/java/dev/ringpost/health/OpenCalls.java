package dev.ringpost.health;

import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.UserId;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalType;
import dev.ringpost.telemetry.HealthMeters;
import dev.ringpost.telemetry.HealthMeters.CallEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The calls that are not judged yet, with what was told of them. Results and signals stand on two
 * topics and may come in any order, so a call is judged only when both have been read beyond its
 * end. For one thread.
 */
final class OpenCalls {

  /** Bound on calls, about 200 MB; the oldest are dropped, and count for nobody. */
  static final int MAX_CALLS = 200_000;

  /** Bound on what is kept of one call; one with more says nothing. */
  static final int MAX_SIGNALS = 100;

  /** A push of a call. */
  private static final class OpenPush {
    private final AcceptedPush push;
    private final Instant due;
    private boolean rang;

    OpenPush(AcceptedPush push, Instant due) {
      this.push = push;
      this.due = due;
    }
  }

  /** A call. */
  private static final class OpenCall {
    private final Instant seen;
    private final List<OpenPush> pushes = new ArrayList<>(1);
    private final List<Signal> signals = new ArrayList<>(2);
    private boolean isOverfull;
    private int unjudged;

    OpenCall(Instant seen) {
      this.seen = seen;
    }
  }

  private final DeviceRuns runs;
  private final HealthMeters meters;
  private final CalleeAs callee;
  private final Duration longestRing;
  private final Duration settle;
  private final int maxCalls;

  /** In the order in which something was told of them first. */
  private final Map<CallId, OpenCall> calls = new LinkedHashMap<>();

  private final PriorityQueue<OpenPush> due =
      new PriorityQueue<>(
          Comparator.<OpenPush, Instant>comparing(it -> it.due)
              .thenComparing(it -> it.push.acceptedAt()));

  /** The signals of calls from then on are known. */
  private Instant signalsFrom = Instant.MAX;

  OpenCalls(HealthSettings settings, DeviceRuns runs, HealthMeters meters, int maxCalls) {
    this.runs = runs;
    this.meters = meters;
    this.callee = settings.callee();
    this.longestRing = settings.longestRing();
    this.settle = settings.settle();
    this.maxCalls = maxCalls;
  }

  /** Says from when on no signal is missing; calls that began before say nothing. */
  void signalsFrom(Instant from) {
    signalsFrom = from;
  }

  /** Takes a push that APNs accepted; one that is known already changes nothing. */
  void accepted(AcceptedPush push) {
    OpenCall call = call(push.call(), push.recordedAt());
    boolean isKnown =
        call.pushes.stream()
            .anyMatch(
                it ->
                    it.push.device().equals(push.device())
                        && it.push.invite().equals(push.invite()));
    if (isKnown) {
      return;
    }
    Instant longest = push.recordedAt().plus(longestRing);
    Instant over = push.expiresAt().isAfter(longest) ? longest : push.expiresAt();
    Instant settled = over.isAfter(push.recordedAt()) ? over : push.recordedAt();
    var open = new OpenPush(push, settled.plus(settle));
    call.pushes.add(open);
    call.unjudged++;
    due.add(open);
    call.signals.stream().filter(it -> isMeant(it, push)).forEach(it -> hear(open, it));
  }

  /**
   * Takes a signal.
   *
   * @param recordedAt the timestamp of its record
   */
  void told(Signal signal, Instant recordedAt) {
    OpenCall call = call(signal.call(), recordedAt);
    if (call.signals.contains(signal)) {
      return;
    }
    if (call.signals.size() < MAX_SIGNALS) {
      call.signals.add(signal);
    } else {
      call.isOverfull = true;
    }
    call.pushes.stream().filter(it -> isMeant(signal, it.push)).forEach(it -> hear(it, signal));
    if (signal.type() == SignalType.RINGING) {
      // also a device that rings without a push hears
      signal
          .callee()
          .flatMap(user -> signal.device().map(it -> new DeviceKey(named(user), it)))
          .ifPresent(device -> runs.heard(device, signal.at()));
    }
  }

  private OpenCall call(CallId id, Instant recordedAt) {
    OpenCall call = calls.computeIfAbsent(id, _ -> new OpenCall(recordedAt));
    while (calls.size() > maxCalls) {
      Iterator<OpenCall> oldest = calls.values().iterator();
      var _ = oldest.next();
      oldest.remove();
    }
    return call;
  }

  private void hear(OpenPush open, Signal signal) {
    if (open.push.rangBy(signal) && !open.rang) {
      open.rang = true;
      runs.rang(open.push);
      runs.heard(open.push.device(), signal.at());
    }
  }

  private boolean isMeant(Signal signal, AcceptedPush push) {
    return push.isMeant(signal, signal.callee().map(callee::name).orElse(""));
  }

  private UserId named(UserId user) {
    return new UserId(callee.name(user));
  }

  /**
   * Judges the calls that are over.
   *
   * @param time both topics have been read to here
   */
  void advance(Instant time) {
    while (!due.isEmpty() && !due.element().due.isAfter(time)) {
      OpenPush open = due.remove();
      // one that was dropped meanwhile may have come again, without this push
      Optional<OpenCall> call =
          Optional.ofNullable(calls.get(open.push.call())).filter(it -> it.pushes.contains(open));
      if (!open.rang) {
        judge(open.push, call);
      }
      call.ifPresent(
          it -> {
            it.unjudged--;
            if (it.unjudged == 0) {
              calls.remove(open.push.call());
            }
          });
    }
    Instant forgotten = time.minus(longestRing).minus(settle);
    calls.values().removeIf(call -> call.unjudged == 0 && call.seen.isBefore(forgotten));
  }

  private void judge(AcceptedPush push, Optional<OpenCall> call) {
    if (call.filter(it -> !it.isOverfull).isEmpty()) {
      meters.judged(CallEnd.TOO_MANY);
    } else if (push.invitedAt().isBefore(signalsFrom)) {
      meters.judged(CallEnd.SIGNALS_GONE);
    } else if (push.isTooShort()
        || call.get().signals.stream().anyMatch(it -> isMeant(it, push) && push.isUntoldBy(it))) {
      meters.judged(CallEnd.ENDED_EARLY);
    } else {
      runs.unrung(push);
    }
  }

  /** Since when something was told of the oldest call that is open. */
  Optional<Instant> oldest() {
    return calls.values().stream().findFirst().map(it -> it.seen);
  }

  /** How many there are. */
  int size() {
    return calls.size();
  }
}
