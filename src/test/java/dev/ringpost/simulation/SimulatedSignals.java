package dev.ringpost.simulation;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.directory.SimulatedViews;
import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A worker's reading of signals: in any order, for they are facts, twice now and then, and late
 * when it stands still.
 */
final class SimulatedSignals {

  private final World world;
  private final Facts facts;
  private final SimulatedWorker worker;
  private final SimulatedViews views;
  private final List<Signal> unread = new ArrayList<>();
  private final Map<CallId, Instant> ends = new HashMap<>();
  private Instant newest = Instant.MIN;
  private long standsStillUntil;
  private boolean ringingIsTold;
  private boolean answeringIsTold;

  SimulatedSignals(World world, Facts facts, SimulatedWorker worker, SimulatedViews views) {
    this.world = world;
    this.facts = facts;
    this.worker = worker;
    this.views = views;
  }

  /** A signal was written. */
  void comes(Signal signal) {
    unread.add(signal);
    int times = world.happens(5) ? 2 : 1;
    if (times > 1) {
      facts.met(Mishap.DOUBLED_SIGNAL);
    }
    for (int time = 0; time < times; time++) {
      worker.later(world.between(0, 400), () -> read(signal));
    }
  }

  /** Nothing is read for a while. */
  void standStill(Duration time) {
    standsStillUntil = world.nanoTime() + time.toNanos();
  }

  private void read(Signal signal) {
    long left = standsStillUntil - world.nanoTime();
    if (left > 0) {
      worker.later(Duration.ofNanos(left).toMillis() + world.between(1, 200), () -> read(signal));
      return;
    }
    if (signal.at().isBefore(newest)) {
      facts.met(Mishap.REORDERED_SIGNAL);
    } else {
      newest = signal.at();
    }
    unread.remove(signal);
    take(signal);
  }

  /** Reads what was written before the worker began, or what has come. */
  void take(Signal signal) {
    views.readSignal(SimulatedCalls.written(signal), signal.at());
    if (signal.type().endsTheCall()) {
      ends.merge(signal.call(), signal.at(), (one, other) -> one.isAfter(other) ? one : other);
    }
    ringingIsTold |= signal.type() == SignalType.RINGING;
    answeringIsTold |= signal.type() == SignalType.ANSWERED;
  }

  /** The time since all signals were read. */
  Duration behind() {
    return unread.stream()
        .map(Signal::at)
        .min(Comparator.naturalOrder())
        .map(oldest -> Duration.between(oldest, world.now()))
        .orElse(Duration.ZERO);
  }

  /** Whether the end of a call was read. */
  boolean hasEnd(CallInvite invite) {
    Instant ended = ends.get(invite.callId());
    return ended != null && !invite.invitedAt().isAfter(ended.plusSeconds(2));
  }

  /** Whether any phone was read to ring. */
  boolean isRingingTold() {
    return ringingIsTold;
  }

  /** Whether any call was read to be answered. */
  boolean isAnsweringTold() {
    return answeringIsTold;
  }
}
