package dev.ringpost.apns;

import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.Answer;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Cause;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.telemetry.ApnsMeters;
import dev.ringpost.telemetry.ApnsMeters.TryAgainWhy;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to APNs with one credential in one environment: its lanes, and the rings that wait for a
 * place on one. Lives on the loop.
 */
final class Route {

  /**
   * How often it is looked whether rings are over for want of time, and so how late that is
   * noticed. The write guard is exact; one timer for each ring would cost more than this saves.
   */
  static final Duration TICK = Duration.ofMillis(20);

  private static final Logger log = LoggerFactory.getLogger(Route.class);

  private final String app;
  private final Environment environment;
  private final EventLoop loop;
  private final ApnsSettings settings;
  private final ApnsMeters meters;
  private final Lanes lanes = new Lanes();
  private final RouteBreaker breaker;
  private final RouteProbe probe;
  private final ConnectionJudge judge;
  private final PushDispatch dispatch;
  private final TokenHomes homes;
  private final Canary canary;

  private final WaitingRings waiting = new WaitingRings();
  private final OpenRings open = new OpenRings();
  private final LateAnswers late;

  /** Pushes without an answer on all connections, also on those given up. */
  private final AtomicInteger inFlight = new AtomicInteger();

  private boolean ticking;
  private boolean closed;

  /**
   * @param name short and unique; its lanes are called by it and a number
   * @param app the apps that it serves, for meters
   */
  Route(
      String name,
      String app,
      Environment environment,
      EventLoop loop,
      ApnsClients clients,
      ApnsSettings settings,
      TokenHomes homes,
      Canary canary,
      ProbeBudget probeBudget,
      ApnsMeters meters) {
    this.app = app;
    this.environment = environment;
    this.loop = loop;
    this.settings = settings;
    this.meters = meters;
    this.homes = homes;
    this.canary = canary;
    this.late = new LateAnswers(settings.attemptMax(), lanes::anyOpen);
    this.dispatch = new PushDispatch(loop, lanes, waiting, settings, this::tryOn, this::triedAgain);
    var backoff =
        new ConnectBackoff(
            ConnectBackoff.LoopTime.of(loop),
            settings.lanes(),
            lanes::anyOpen,
            probeBudget,
            RandomGenerator.getDefault());
    lanes.fill(
        settings.lanes(), n -> new Lane(this, name + "#" + n, loop, clients, settings, backoff));
    this.breaker = new RouteBreaker(name, this::sendAway);
    this.judge = new ConnectionJudge(name, lanes, breaker, canary, clients);
    this.probe = new RouteProbe(breaker, lanes, canary, loop);
  }

  /** Opens the lanes. */
  void open() {
    meters.watchRoute(
        app, environment, inFlight::get, lanes::limit, lanes::countOpen, breaker::isOpen);
    meters.mayReplaceLanes(app, environment, Loss.tags());
    meters.mayTryAgain(app, environment);
    lanes.open();
    canary.begin(judge::proven);
  }

  /**
   * Takes an order: rings at once if there is a place, else as soon as there is one; not at all if
   * too many wait already, or if the breaker says so.
   */
  void admit(PendingRing ring) {
    if (closed) {
      ring.settle(new TryAgain(Cause.CONNECTION), Optional.empty());
      return;
    }
    if (late.resume(ring)) {
      if (!ring.isSettled()) {
        ring.enter(open, breaker, false);
        tick();
      }
      return;
    }
    boolean asProbe = !breaker.isClosed();
    if (asProbe && !(lanes.anyOpen() && breaker.probes())) {
      Cause why = lanes.anyOpen() ? breaker.whyOpen() : Cause.ROUTE_DOWN;
      ring.settle(new TryAgain(why), Optional.empty());
      return;
    }
    Link link = waiting.noneBefore() ? lanes.best(null) : null;
    if (link == null && waiting.isFull()) {
      ring.settle(new TryAgain(Cause.BUSY), Optional.empty());
      return;
    }
    ring.enter(open, breaker, asProbe);
    tick();
    if (link == null) {
      waiting.add(ring);
    } else {
      dispatch.tryFirst(link, ring);
    }
  }

  /** What waits is sent away with what comes: it would wait in vain. */
  private void sendAway() {
    waiting.giveBack(lanes.anyOpen() ? breaker.whyOpen() : Cause.CONNECTION);
    probe.lookForReturn();
  }

  /** One try at one ring on one connection; its guard may hold it back at the last moment. */
  private GuardedPush tryOn(Link link, PendingRing ring) {
    GuardedPush push =
        new GuardedPush(ring, link.lane(), settings.expiration().of(ring.deadline()));
    ring.tryWith(push, link);
    if (inFlight.getAndIncrement() == 0) {
      late.heard();
    }
    link.send(push);
    return push;
  }

  private void triedAgain(TryAgainWhy why) {
    meters.triedAgain(app, environment, why);
  }

  /** A try is over: APNs answered, or Pushy failed it. */
  void ended(
      Link link,
      GuardedPush push,
      @Nullable PushNotificationResponse<GuardedPush> response,
      @Nullable Throwable failure) {
    inFlight.decrementAndGet();
    placeFreed();
    PendingRing ring = push.ring();
    if (ring.environment() == environment) {
      ring.tryEnded();
    }
    if (response != null) {
      late.heard();
      answered(link, push, response);
    } else if (failure instanceof HeldBack heldBack && heldBack.outcome() instanceof NotSent over) {
      ring.settle(over, Optional.empty());
    } else {
      // written, for a push is given to a connection and written at once; one whose stream was
      // refused was held back from being written a second time
      judge.unanswered(link);
      log.atDebug()
          .addKeyValue("lane", link.lane())
          .addKeyValue("apnsId", ring.apnsId())
          .addKeyValue("cause", failure)
          .log("push failed");
      unanswered(ring);
    }
  }

  /**
   * A try ended without APNs' word on the push: the ring goes to the head of the line for another
   * one. Whether APNs has seen the push makes no difference, since the phone takes both for one
   * call.
   */
  private void unanswered(PendingRing ring) {
    if (ring.isSettled() || ring.isUnderWay() || ring.environment() != environment) {
      return;
    }
    if (closed || !ring.mayTryAgain()) {
      ring.settle(new TryAgain(Cause.CONNECTION), Optional.empty());
      return;
    }
    waiting.addAgain(ring);
    placeFreed();
  }

  private void answered(
      Link link, GuardedPush push, PushNotificationResponse<GuardedPush> response) {
    Answer answer = new Answer(response.getStatusCode(), response.getRejectionReason().orElse(""));
    meters.answered(environment, answer.status(), ReasonTable.tag(answer.reason()));
    PendingRing ring = push.ring();
    PushOutcome outcome =
        judge.outcome(answer, response.getTokenInvalidationTimestamp(), ring.topic());
    boolean linksFault = judge.blames(link, answer, ring.topic());
    if (ring.isSettled()) {
      late.answered(push, outcome, answer);
    } else if (linksFault
        && ring.environment() == environment
        && ring.setAside(push, outcome, answer)) {
      unanswered(ring);
    } else if (!ReasonTable.namesNoToken(answer)) {
      ring.answered(push, outcome, answer);
      if (ring.hasMoved() && ReasonTable.knowsToken(answer)) {
        homes.learn(ring.device(), environment);
      }
    } else if (ring.environment() == environment) {
      Route other = ring.move(outcome, answer);
      if (other == null) {
        if (ring.hasMoved()) {
          homes.learnNowhere(ring.device());
        }
        ring.answered(push, outcome, answer);
      } else {
        other.admit(ring);
      }
    }
  }

  /** A place may be free. */
  void placeFreed() {
    dispatch.placeFreed();
  }

  private void tick() {
    if (!ticking && (!open.isEmpty() || lanes.holdBodies())) {
      ticking = true;
      var _ = loop.schedule(this::sweep, TICK.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Ends what is over for want of time. */
  private void sweep() {
    ticking = false;
    waiting.endRefused();
    for (PendingRing ring : open.ofAge(settings.attemptMax())) {
      waiting.remove(ring);
      late.end(ring);
    }
    lanes.look(!waiting.isEmpty());
    probe.tripIfUnconnected(waiting.size());
    dispatch.hedge();
    tick();
  }

  /** A push is without an answer for so long that it is given up; its ring may be tried again. */
  void gaveUpOn(GuardedPush push) {
    PendingRing ring = push.ring();
    if (ring.environment() == environment && ring.mayTryAgain()) {
      waiting.addAgain(ring);
      placeFreed();
    }
  }

  /** APNs sent GOAWAY on a connection. */
  void toldToLeave(String reason) {
    meters.toldToLeave(app, environment, reason);
  }

  void replaced(Loss loss) {
    meters.laneReplaced(app, environment, loss.tag());
    probe.unconnected();
  }

  /** Whether rings are let through, all of them. */
  boolean takesPushes() {
    return !closed && breaker.isClosed();
  }

  /** A lane's connection is up. */
  void opened() {
    probe.connected();
    placeFreed();
  }

  /** Moves every lane to a new connection, one after the other; completes when that is done. */
  CompletableFuture<Void> renew() {
    return lanes.renew();
  }

  /** Ends every ring now; what is written may still ring the phone. */
  void cutShort() {
    waiting.clear();
    open.all().forEach(ring -> ring.settle(new TryAgain(Cause.LEAVING), Optional.empty()));
  }

  /** Gives back what waits and closes the lanes; completes when that is done. */
  CompletableFuture<Void> close() {
    closed = true;
    probe.close();
    canary.close();
    waiting.giveBack(Cause.CONNECTION);
    return lanes.close();
  }
}
