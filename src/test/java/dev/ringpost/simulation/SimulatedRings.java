package dev.ringpost.simulation;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.DeadTokens;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryListener;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.TokenFuse;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.delivery.rings.RingAgain;
import dev.ringpost.delivery.rings.RingListener;
import dev.ringpost.delivery.rings.RingReport;
import dev.ringpost.delivery.rings.RingVerdict;
import dev.ringpost.delivery.rings.RingWatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A worker's own watch on the phones of accepted calls in a simulated run, without its thread, and
 * its second pushes to those that stay silent.
 */
final class SimulatedRings implements DeliveryListener, RingListener {

  static final Duration SILENT_AFTER = Duration.ofSeconds(5);

  private static final int LOOK_MILLIS = 200;

  /** The records of one try of an invite, and what was known when it was accepted. */
  private static final class Accepted {
    private final Set<Place> places = new HashSet<>();
    private boolean heard;
  }

  private final Facts facts;
  private final SimulatedWorker worker;
  private final SimulatedOutputs outputs;
  private final RingWatch watch;
  private final Map<Facts.Tried, Accepted> accepted = new HashMap<>();
  private Optional<Runnable> atNext = Optional.empty();
  private int open;

  SimulatedRings(
      Facts facts,
      SimulatedSender sender,
      SimulatedWorker worker,
      SimulatedOutputs outputs,
      Fleet fleet,
      TokenFuse fuse) {
    this.facts = facts;
    this.worker = worker;
    this.outputs = outputs;
    var again =
        new RingAgain.Ports(
            worker.views(),
            worker.views().calls(),
            sender.watchedBy(new AgainWatch(fleet)),
            new DeadTokens(fuse, false),
            dead -> {
              var _ = outputs.store(dead);
            },
            this,
            worker.clock());
    this.watch =
        new RingWatch(
            worker.views().calls(),
            worker.signals()::behind,
            this::tell,
            this,
            this,
            SILENT_AFTER,
            worker.clock(),
            Optional.of(
                new RingAgain(again, SimulatedWorker.MAX_DEVICES, step -> worker.later(1, step))));
    look();
  }

  /** What the pipeline tells of its decisions. */
  DeliveryListener decisions() {
    return watch;
  }

  /** Does something as soon as the next second verdict is told. */
  void atNext(Runnable what) {
    atNext = Optional.of(what);
  }

  private void look() {
    worker.later(
        LOOK_MILLIS,
        () -> {
          watch.look();
          look();
        });
  }

  private void tell(RingReport report) {
    outputs.tell(report);
    CallInvite invite = report.call().invite();
    Accepted call =
        Objects.requireNonNull(
            accepted.get(new Facts.Tried(report.call().origin(), report.call().attempt())));
    facts
        .rings()
        .told(
            report,
            new RingFacts.Teller(
                call.places, worker.isSteady(), worker.signals().hasEnd(invite), call.heard));
    atNext.ifPresent(Runnable::run);
    atNext = Optional.empty();
  }

  @Override
  public void decided(Decision decision) {
    if (decision.disposition() instanceof Disposition.Final(Verdict verdict)
        && verdict == Verdict.ACCEPTED
        && decision.arrival() instanceof Arrival.Invited(var envelope, var attempt)) {
      Accepted call =
          accepted.computeIfAbsent(
              new Facts.Tried(envelope.origin(), attempt.number()), _ -> new Accepted());
      call.places.add(worker.place(decision.arrival()));
      call.heard = worker.signals().isRingingTold();
      if (call.heard) {
        open++;
      }
    }
  }

  @Override
  public void settledAgain(Arrival arrival, Arrival.Claim claim) {
    if (arrival instanceof Arrival.Invited(var envelope, var attempt)) {
      Accepted call = accepted.get(new Facts.Tried(envelope.origin(), attempt.number()));
      if (call != null) {
        call.places.add(worker.place(arrival));
      }
    }
  }

  /** The run is over: of each call that was watched something came. */
  void over() {
    if (!worker.isDead() && worker.isSteady() && open != 0) {
      facts.breach("EveryWatchEnds", open + " calls are watched for ever");
    }
  }

  @Override
  public void told(RingVerdict verdict) {
    open--;
  }

  @Override
  public void ended() {
    open--;
  }

  @Override
  public void unheard() {
    open--;
    facts.met(Mishap.UNHEARD_CALL);
  }

  @Override
  public void uncommitted() {
    open--;
    facts.met(Mishap.UNCOMMITTED_CALL);
  }

  @Override
  public void unwatched() {
    open--;
  }

  @Override
  public void pushedAgain(PushReport push) {}

  @Override
  public void rungAgain(AgainEnd end) {}

  /** The notes on second pushes. */
  private final class AgainWatch implements SimulatedSender.Watch {

    private final Fleet fleet;

    private AgainWatch(Fleet fleet) {
      this.fleet = fleet;
    }

    @Override
    public void written(PushRequest push, int tries) {
      Attempt attempt = push.attempt();
      Facts.Tried record = facts.tried(worker.place(attempt));
      if (tries == 0) {
        facts.rings().pushed(record, push.device().id());
      }
      facts.writtenInTime(record.origin(), worker.clock().instant());
      if (worker.signals().hasEnd(attempt.invite())) {
        facts.breach("NothingRingsAfterItsEnd", record + " rings again");
      }
    }

    @Override
    public void taken(PushRequest push) {
      fleet.taken(push);
    }

    @Override
    public void accepted(PushRequest push) {}
  }
}
