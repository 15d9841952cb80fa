package dev.ringpost.simulation;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.PushSender;
import dev.ringpost.delivery.TokenFuse;
import dev.ringpost.delivery.missed.CallFates;
import dev.ringpost.delivery.missed.Later;
import dev.ringpost.delivery.missed.MissedCallListener;
import dev.ringpost.delivery.missed.MissedCallSettings;
import dev.ringpost.delivery.missed.MissedCalls;
import dev.ringpost.intake.SimulatedIntake;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;

/** A worker's own telling of missed calls in a simulated run, without its threads. */
final class SimulatedMissedCalls implements SimulatedIntake.Handler, MissedCallListener {

  private static final Duration EXPIRATION = Duration.ofHours(4);

  /** The thread of missed calls, in virtual time. */
  private static final class Afterwards implements Later {

    private final SimulatedWorker worker;

    private Afterwards(SimulatedWorker worker) {
      this.worker = worker;
    }

    @Override
    public void execute(Runnable task) {
      worker.later(1, task);
    }

    @Override
    public void after(Duration wait, Runnable task) {
      worker.later(wait.toMillis(), task);
    }
  }

  private final Facts facts;
  private final SimulatedWorker worker;
  private final PushSender sender;
  private final CallFates fates;
  private final MissedCalls calls;

  SimulatedMissedCalls(
      World world,
      Facts facts,
      SimulatedSender sender,
      SimulatedWorker worker,
      SimulatedOutputs outputs,
      TokenFuse fuse) {
    this.facts = facts;
    this.worker = worker;
    this.sender = sender.watchedBy(new AlertWatch());
    this.fates = worker.views().fates(worker.signals()::behind);
    this.calls =
        new MissedCalls(
            fates,
            worker.views(),
            this::order,
            outputs,
            this,
            fuse,
            new MissedCallSettings(EXPIRATION, SimulatedWorker.MAX_DEVICES, false),
            worker.clock(),
            world::nanoTime,
            new Afterwards(worker));
  }

  @Override
  public CompletableFuture<Void> handle(
      TopicPartition partition,
      long offset,
      long assignedAt,
      Arrival arrival,
      Arrival.Claim claim,
      Runnable decided) {
    var place = new Place(partition, offset);
    facts.committedBefore(place, assignedAt);
    // Who has read no answer at all does not know that one would have been told.
    boolean knowsAnswers = worker.signals().isAnsweringTold();
    return calls
        .handle(arrival, claim::held, decided)
        .thenRun(
            () -> {
              if (arrival instanceof Arrival.Invited(_, var attempt)) {
                CallInvite invite = attempt.invite();
                facts
                    .missed()
                    .dealtWith(
                        worker.number(),
                        place,
                        MissedFacts.Call.of(invite),
                        knowsAnswers && Fleet.hasAlerts(invite.callee()));
              }
            });
  }

  @Override
  public boolean isOver(CallInvite call) {
    return worker.views().isOver(call);
  }

  private CompletableFuture<PushReport> order(PushRequest request) {
    if (request.attempt().number() == 1) {
      CallInvite invite = request.attempt().invite();
      facts.missed().begins(alert(request));
      facts.missed().ordered(invite, invite.deadline().at().minus(EXPIRATION), worker.isSteady());
    }
    return sender.push(request);
  }

  /** The notes on alerts. */
  private final class AlertWatch implements SimulatedSender.Watch {

    @Override
    public void written(PushRequest push, int tries) {
      CallInvite invite = push.attempt().invite();
      facts
          .missed()
          .written(
              alert(push),
              fates.of(invite) == CallFates.Fate.ANSWERED,
              worker.mayRing(SimulatedOutputs.missedCalls(invite.callId())));
    }

    @Override
    public void taken(PushRequest push) {}

    @Override
    public void accepted(PushRequest push) {
      facts.missed().accepted(alert(push));
    }
  }

  private MissedFacts.Alert alert(PushRequest push) {
    return new MissedFacts.Alert(
        worker.number(),
        MissedFacts.Call.of(push.attempt().invite()),
        push.device().id(),
        push.attempt().number());
  }

  @Override
  public void ended(End end) {}

  @Override
  public void pushed(PushReport push) {}
}
