package dev.ringpost.simulation;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.DeliverySettings;
import dev.ringpost.delivery.InvitePipeline;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.RetryLadder;
import dev.ringpost.delivery.TokenFuse;
import dev.ringpost.directory.SimulatedViews;
import dev.ringpost.intake.SimulatedIntake;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/** A worker of a simulated run: its own code between simulated brokers and a simulated APNs. */
final class SimulatedWorker implements SimulatedIntake.Handler {

  static final int MAX_DEVICES = 20;

  private static final DeliverySettings.Fuse FUSE =
      new DeliverySettings.Fuse(50, 0.9, Duration.ofMinutes(10));

  private final World world;
  private final Facts facts;
  private final int number;
  private final SimulatedOutputs outputs;
  private final SimulatedViews views;
  private final SimulatedSignals signals;
  private final SimulatedRings rings;
  private final InvitePipeline pipeline;
  private final List<SimulatedLoop> loops;
  private final Queue<Consumer<SimulatedViews>> unread = new ArrayDeque<>();
  private final IdentityHashMap<Arrival, Place> places = new IdentityHashMap<>();
  private final IdentityHashMap<Attempt, Place> placesOfAttempts = new IdentityHashMap<>();
  private Duration clockError = Duration.ZERO;
  private boolean steady = true;
  private long frozenUntil;
  private boolean dead;

  /** One that has read nothing yet. */
  SimulatedWorker(World world, Facts facts, SimulatedKafka kafka, SimulatedApns apns, Fleet fleet) {
    this.world = world;
    this.facts = facts;
    this.number = fleet.nextNumber();
    this.outputs =
        new SimulatedOutputs(
            world, facts, kafka, this, () -> world.now().plus(clockError), this::place, fleet);
    this.views = new SimulatedViews(clock(), world::nanoTime);
    this.signals = new SimulatedSignals(world, facts, this, views);
    var fuse = new TokenFuse(FUSE);
    var sender = new SimulatedSender(world, facts, apns, this);
    this.rings = new SimulatedRings(facts, sender, this, outputs, fleet, fuse);
    this.pipeline =
        new InvitePipeline(
            views,
            views.calls(),
            sender.watchedBy(new CallWatch(fleet)),
            outputs,
            rings.decisions(),
            clock(),
            new DeliverySettings(
                MAX_DEVICES, new RetryLadder(Fleet.LADDER), SimulatedIntake.RING_MAX, false, FUSE),
            fuse,
            _ -> Optional.empty(),
            decision -> later(1, decision));
    var missed = new SimulatedMissedCalls(world, facts, sender, this, outputs, new TokenFuse(FUSE));
    this.loops =
        List.of(
            new SimulatedLoop(
                world,
                facts,
                kafka,
                this,
                fleet.fresh(),
                SimulatedIntake.Source.INVITES,
                this,
                sender::cutShort),
            new SimulatedLoop(
                world,
                facts,
                kafka,
                this,
                fleet.retries(),
                SimulatedIntake.Source.RETRIES,
                this,
                sender::cutShort),
            new SimulatedLoop(
                world,
                facts,
                kafka,
                this,
                fleet.missedCalls(),
                SimulatedIntake.Source.MISSED_CALLS,
                missed,
                sender::cutShort));
  }

  /** Begins to read calls: its views are read to their end. */
  void begin() {
    loops.forEach(SimulatedLoop::turn);
  }

  int number() {
    return number;
  }

  /** Its wall clock, which the brokers set right. */
  InstantSource clock() {
    return outputs.clock();
  }

  void stepClock(Duration by) {
    clockError = clockError.plus(by);
    steady = false;
  }

  /** Whether its clock was never set. */
  boolean isSteady() {
    return steady;
  }

  boolean isDead() {
    return dead;
  }

  /** Its run is over. */
  void end() {
    outputs.end();
  }

  SimulatedViews views() {
    return views;
  }

  SimulatedSignals signals() {
    return signals;
  }

  SimulatedRings rings() {
    return rings;
  }

  /** Something of its own, so many milliseconds from now; later if it is frozen, never if dead. */
  void later(long millis, Runnable what) {
    world.in(
        millis,
        () -> {
          if (dead) {
            return;
          }
          long left = frozenNanos();
          if (left > 0) {
            later(Duration.ofNanos(left).toMillis() + 1, what);
          } else {
            what.run();
          }
        });
  }

  /** For how long it still stands still; not above zero if it goes on. */
  long frozenNanos() {
    return frozenUntil - world.nanoTime();
  }

  /** A view reads a record, after all that it has to read before it. */
  void reads(Consumer<SimulatedViews> record, int lagMillis) {
    unread.add(record);
    later(lagMillis, () -> unread.remove().accept(views));
  }

  /** The process is killed; its group hears of it when its session ends. */
  void crash() {
    dead = true;
    giveUpAfterSession();
  }

  private void giveUpAfterSession() {
    world.in(SimulatedIntake.SESSION.toMillis(), () -> loops.forEach(SimulatedLoop::givenUp));
  }

  /** The process stands still. */
  void freeze(Duration longest) {
    frozenUntil = world.nanoTime() + longest.toNanos();
    if (longest.compareTo(SimulatedIntake.SESSION) > 0) {
      giveUpAfterSession();
    }
  }

  /** Its group gives it up, which it does not notice at once. */
  void evict() {
    loops.forEach(loop -> loop.evicted(world.between(0, 1_500)));
  }

  /** SIGTERM: it leaves in good order and is gone when its outputs have had their time. */
  void stop() {
    loops.forEach(SimulatedLoop::leave);
    later(5_000, () -> dead = true);
  }

  /** The place of a record that was handed to it. */
  Place place(Arrival arrival) {
    return Objects.requireNonNull(places.get(arrival));
  }

  /** The place of the record that a try belongs to. */
  Place place(Attempt attempt) {
    return Objects.requireNonNull(placesOfAttempts.get(attempt));
  }

  /** Whether what stands on a partition may ring, as far as it can know. */
  boolean mayRing(TopicPartition partition) {
    return loops.stream().anyMatch(loop -> loop.mayRing(partition));
  }

  /** The notes on the pushes of calls. */
  private final class CallWatch implements SimulatedSender.Watch {

    private final Fleet fleet;

    private CallWatch(Fleet fleet) {
      this.fleet = fleet;
    }

    @Override
    public void written(PushRequest push, int tries) {
      CallInvite invite = push.attempt().invite();
      Place place = place(push.attempt());
      facts.written(
          new Facts.Written(
              number,
              place,
              invite,
              push.device(),
              clock().instant(),
              signals.hasEnd(invite),
              mayRing(place.partition())));
    }

    @Override
    public void taken(PushRequest push) {
      fleet.taken(push);
    }

    @Override
    public void accepted(PushRequest push) {
      facts.accepted(number, place(push.attempt()), push.device().id());
    }

    @Override
    public void acceptedLate(PushRequest push) {
      facts.acceptedLate(number, place(push.attempt()), push.device());
    }
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
    facts.handled(place, Facts.Task.of(arrival), assignedAt);
    places.put(arrival, place);
    if (arrival instanceof Arrival.Invited(_, var attempt)) {
      placesOfAttempts.put(attempt, place);
    }
    return pipeline.deliver(arrival, claim, decided);
  }

  @Override
  public Duration signalsBehind() {
    return signals.behind();
  }
}
