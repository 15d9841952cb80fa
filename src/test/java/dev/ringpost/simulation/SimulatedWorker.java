package dev.ringpost.simulation;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryListener;
import dev.ringpost.delivery.DeliverySettings;
import dev.ringpost.delivery.InvitePipeline;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.RetryLadder;
import dev.ringpost.delivery.TokenFuse;
import dev.ringpost.directory.SimulatedViews;
import dev.ringpost.intake.SimulatedIntake;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** A worker of a simulated run: its own code between simulated brokers and a simulated APNs. */
final class SimulatedWorker {

  private static final DeliveryListener NOBODY =
      new DeliveryListener() {
        @Override
        public void decided(Decision decision) {}

        @Override
        public void settledAgain(Arrival arrival, Arrival.Claim claim) {}
      };

  /** The end of a thread whose process has died: it unwinds the stack. */
  private static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final World world;
  private final Facts facts;
  private final SimulatedKafka kafka;
  private final int number;
  private final SimulatedOutputs outputs;
  private final SimulatedViews views;
  private final SimulatedSender sender;
  private final InvitePipeline pipeline;
  private final List<Loop> loops;
  private final Queue<Consumer<SimulatedViews>> unread = new ArrayDeque<>();
  private final Map<CallId, Instant> ends = new HashMap<>();
  private final IdentityHashMap<Arrival, Place> places = new IdentityHashMap<>();
  private final IdentityHashMap<Object, Place> placesOfAttempts = new IdentityHashMap<>();
  private Duration clockError = Duration.ZERO;
  private long frozenUntil;
  private boolean dead;

  /** Starts it, with what stands in its views by now. */
  SimulatedWorker(World world, Facts facts, SimulatedKafka kafka, SimulatedApns apns, Fleet fleet) {
    this.world = world;
    this.facts = facts;
    this.kafka = kafka;
    this.number = fleet.nextNumber();
    this.outputs =
        new SimulatedOutputs(
            world, facts, kafka, this, () -> world.now().plus(clockError), this::place, fleet);
    this.views = new SimulatedViews(clock(), world::nanoTime);
    this.sender = new SimulatedSender(world, facts, apns, this, this::watch);
    var fuse = new DeliverySettings.Fuse(50, 0.9, Duration.ofMinutes(10));
    this.pipeline =
        new InvitePipeline(
            views,
            views.calls(),
            sender,
            outputs,
            NOBODY,
            clock(),
            new DeliverySettings(
                20, new RetryLadder(Fleet.LADDER), SimulatedIntake.RING_MAX, false, fuse),
            new TokenFuse(fuse),
            _ -> Optional.empty(),
            decision -> later(1, decision));
    this.loops = List.of(new Loop(fleet.fresh(), false), new Loop(fleet.retries(), true));
    loops.forEach(Loop::turn);
  }

  /** Its wall clock, which the brokers set right. */
  InstantSource clock() {
    return outputs.clock();
  }

  void stepClock(Duration by) {
    clockError = clockError.plus(by);
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

  /** Something of its own, so many milliseconds from now; later if it is frozen, never if dead. */
  void later(long millis, Runnable what) {
    world.in(
        millis,
        () -> {
          if (dead) {
            return;
          }
          long left = frozenUntil - world.nanoTime();
          if (left > 0) {
            later(Duration.ofNanos(left).toMillis() + 1, what);
          } else {
            what.run();
          }
        });
  }

  /** A view reads a record, after all that it has to read before it. */
  void reads(Consumer<SimulatedViews> record, int lagMillis) {
    unread.add(record);
    later(lagMillis, () -> unread.remove().accept(views));
  }

  /** A view has read the end of a call. */
  void endRead(CallId call, Instant at) {
    ends.merge(call, at, (one, other) -> one.isAfter(other) ? one : other);
  }

  /** The process is killed; its group hears of it when its session ends. */
  void crash() {
    dead = true;
    world.in(SimulatedIntake.SESSION.toMillis(), () -> loops.forEach(loop -> loop.member.leave()));
  }

  /** The process stands still. */
  void freeze(Duration longest) {
    frozenUntil = world.nanoTime() + longest.toNanos();
    if (longest.compareTo(SimulatedIntake.SESSION) > 0) {
      world.in(
          SimulatedIntake.SESSION.toMillis(), () -> loops.forEach(loop -> loop.member.leave()));
    }
  }

  /** Its group gives it up, which it does not notice at once. */
  void evict() {
    for (Loop loop : loops) {
      loop.noticedAt = world.nanoTime() + Duration.ofMillis(world.between(0, 1_500)).toNanos();
      loop.member.leave();
    }
  }

  /** SIGTERM: it leaves in good order and is gone when its outputs have had their time. */
  void stop() {
    loops.forEach(Loop::leave);
    later(5_000, () -> dead = true);
  }

  private Place place(Arrival arrival) {
    return Objects.requireNonNull(places.get(arrival));
  }

  private void watch(PushRequest push, boolean accepted) {
    CallInvite invite = push.attempt().invite();
    Place place = Objects.requireNonNull(placesOfAttempts.get(push.attempt()));
    if (accepted) {
      facts.accepted(number, place, push.device().id());
      return;
    }
    Instant ended = ends.get(invite.callId());
    boolean endRead = ended != null && !invite.invitedAt().isAfter(ended.plusSeconds(2));
    boolean mayRing = loops.stream().anyMatch(loop -> loop.intake.mayRing(place.partition()));
    facts.written(
        new Facts.Written(
            number, place, invite, push.device(), clock().instant(), endRead, mayRing));
  }

  private CompletableFuture<Void> handle(
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

  /** One consumer with its thread, which is busy while it waits for a broker. */
  private final class Loop implements SimulatedIntake.Surroundings {

    private final SimulatedKafka.Group group;
    private final SimulatedIntake intake;
    private SimulatedKafka.Member member;
    private long noticedAt;
    private boolean busy;
    private boolean leaving;
    private boolean silentOnce;

    Loop(SimulatedKafka.Group group, boolean retries) {
      this.group = group;
      this.member = group.join();
      this.intake =
          new SimulatedIntake(
              this, retries, Fleet.LADDER, SimulatedWorker.this::handle, sender::cutShort);
    }

    void turn() {
      later(world.between(5, 50), this::turn);
      if (!busy && !leaving) {
        doing(
            () -> {
              join();
              intake.turn();
            });
      }
    }

    void leave() {
      if (busy) {
        later(20, this::leave);
        return;
      }
      leaving = true;
      doing(
          () -> {
            intake.leave();
            member.leave();
          });
    }

    private void doing(Runnable what) {
      busy = true;
      try {
        what.run();
      } catch (Died _) {
        // Nothing more happens on this thread.
      } finally {
        busy = false;
      }
    }

    private void join() {
      if (!intake.begin()) {
        intake.beginAnew();
        member.leave();
        member = group.join();
      }
      if (isAway()) {
        return;
      }
      if (!member.isIn()) {
        if (world.nanoTime() < noticedAt) {
          return;
        }
        intake.lose(member.has());
        member = group.join();
      }
      List<TopicPartition> owed = member.owed();
      if (!owed.isEmpty()) {
        intake.revoke(owed);
        member.gaveBack(owed);
      }
      List<TopicPartition> free = member.take();
      if (!free.isEmpty()) {
        silentOnce = world.happens(10);
        intake.assign(free);
      }
    }

    @Override
    public boolean isAway() {
      return kafka.isAway();
    }

    @Override
    public boolean isSilentOnce() {
      boolean silent = silentOnce;
      silentOnce = false;
      if (silent) {
        facts.met(Mishap.SILENT_COORDINATOR);
      }
      return silent;
    }

    @Override
    public List<ConsumerRecord<byte[], byte[]>> records(
        TopicPartition partition, long from, int max) {
      return kafka.records(partition, from, max);
    }

    @Override
    public long end(TopicPartition partition) {
      return kafka.end(partition);
    }

    @Override
    public Optional<OffsetAndMetadata> committed(TopicPartition partition) {
      return kafka.committed(partition);
    }

    @Override
    public boolean commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
      return kafka.commit(member, offsets);
    }

    @Override
    public long nanoTime() {
      return world.nanoTime();
    }

    @Override
    public InstantSource clock() {
      return SimulatedWorker.this.clock();
    }

    @Override
    public void rest(long nanos) {
      world.pass(nanos);
      while (!dead && world.nanoTime() < frozenUntil) {
        world.pass(frozenUntil - world.nanoTime());
      }
      if (dead) {
        throw new Died();
      }
    }
  }
}
