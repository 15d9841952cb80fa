package dev.ringpost.simulation;

import dev.ringpost.apns.SimulatedEngine;
import dev.ringpost.apns.path.ApnsSettings.Hedge;
import dev.ringpost.apns.path.Loop;
import dev.ringpost.apns.wire.FrameInterceptor;
import dev.ringpost.apns.wire.PushClient;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.PushSender;
import dev.ringpost.intake.InviteConsumer;
import dev.ringpost.simulation.SimulatedApns.Answer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A worker's own engine in a simulated run, over simulated connections, and what is noted of the
 * pushes of those who send by it: calls, second pushes, and alerts.
 */
final class SimulatedSender {

  /** A sender that is told of its pushes. */
  interface Watch {

    /**
     * A push is written.
     *
     * @param tries how often it was before, by the same order
     */
    void written(PushRequest push, int tries);

    /** APNs has taken a push, whatever the worker hears of it. */
    void taken(PushRequest push);

    /** The worker knows that a push was accepted. */
    void accepted(PushRequest push);

    /** APNs has accepted a push whose attempt had ended for want of an answer. */
    default void acceptedLate(PushRequest push) {}
  }

  /** A push that was ordered, until long after its end. */
  private static final class Ordered {

    private final Watch watch;
    private int written;
    private boolean isOver;
    private boolean hadNoAnswer;

    private Ordered(Watch watch) {
      this.watch = watch;
    }
  }

  private static final Hedge HEDGE = new Hedge(Duration.ofMillis(300), 20);

  private final World world;
  private final Facts facts;
  private final SimulatedApns apns;
  private final SimulatedWorker worker;
  private final SimulatedEngine engine;
  private final IdentityHashMap<PushRequest, Ordered> orders = new IdentityHashMap<>();

  SimulatedSender(World world, Facts facts, SimulatedApns apns, SimulatedWorker worker) {
    this.world = world;
    this.facts = facts;
    this.apns = apns;
    this.worker = worker;
    this.engine =
        new SimulatedEngine(
            new Network(), world.happens(50) ? Optional.of(HEDGE) : Optional.empty());
  }

  /** The engine as somebody sends by it who watches its own pushes. */
  PushSender watchedBy(Watch watch) {
    return request -> {
      var order = new Ordered(watch);
      orders.put(request, order);
      return engine.push(request).thenApply(report -> over(request, order, report));
    };
  }

  /** Ends what has been open for as long as who leaves has waited. */
  void cutShort() {
    engine.cutShort(InviteConsumer.LEAVE_WAIT);
  }

  private PushReport over(PushRequest request, Ordered order, PushReport report) {
    order.isOver = true;
    switch (report.outcome()) {
      case Accepted() -> {
        order.watch.accepted(request);
        if (order.written == 0) {
          facts.met(Mishap.RESUMED_PUSH);
        }
      }
      case TryAgain(RetryReason why) -> {
        switch (why) {
          case NO_ANSWER -> order.hadNoAnswer = true;
          case ROUTE_DOWN, SERVER_DOWN -> facts.met(Mishap.OPEN_BREAKER);
          case CONNECTION, BUSY, SERVER, THROTTLED, CREDENTIAL, LEAVING -> {}
        }
      }
      case Unregistered _, Refused _, NotSent _ -> {}
    }
    return report;
  }

  private Ordered order(PushRequest push) {
    return Objects.requireNonNull(orders.get(push));
  }

  /** The worker's host, and what it notes of its connections. */
  private final class Network implements SimulatedEngine.Host, SimulatedConnection.Notes {

    @Override
    public long nanoTime() {
      return world.nanoTime();
    }

    @Override
    public void later(long nanos, Runnable task) {
      worker.later(Math.ceilDiv(nanos, 1_000_000), task);
    }

    @Override
    public InstantSource clock() {
      return worker.clock();
    }

    @Override
    public RandomGenerator random() {
      return world.random();
    }

    @Override
    public void build(
        Environment environment,
        Loop loop,
        FrameInterceptor.Listener connection,
        PushClient.Taker taker) {
      var built = new SimulatedConnection(world, facts, apns, environment, loop, connection, this);
      worker.later(world.between(1, 20), () -> taker.built(built));
    }

    @Override
    public PushRequest written() {
      PushRequest push = Objects.requireNonNull(engine.asked());
      Ordered order = order(push);
      order.watch.written(push, order.written++);
      return push;
    }

    @Override
    public void taken(PushRequest push) {
      order(push).watch.taken(push);
    }

    @Override
    public void answered(PushRequest push, Answer answer) {
      Ordered order = order(push);
      if (order.isOver) {
        facts.met(Mishap.LATE_ANSWER);
        // with two tries it may be to the one that nobody waits for any more
        if (answer.status() == Answer.OK && order.hadNoAnswer && order.written == 1) {
          order.watch.acceptedLate(push);
        }
      }
    }
  }
}
