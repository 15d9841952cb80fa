package dev.ringpost.apns;

import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.ConnectBackoff;
import dev.ringpost.apns.path.Loop;
import dev.ringpost.apns.path.Loss;
import dev.ringpost.apns.path.ProbeBudget;
import dev.ringpost.apns.wire.PushClient;
import dev.ringpost.apns.wire.PushSuppressedException;
import dev.ringpost.apns.wire.ReasonTable;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.telemetry.ApnsMeters;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to APNs with one credential in one environment: its connections, and the pushes that wait
 * for a place on one. Lives on the loop.
 */
final class Route implements ConnectionSlot.Listener, PendingPush.Way {

  /**
   * How often it is looked whether pushes are over for want of time, and so how late that is
   * noticed. The write guard is exact; one timer for each push would cost more than this saves.
   */
  static final Duration TICK = Duration.ofMillis(20);

  private static final Logger log = LoggerFactory.getLogger(Route.class);

  private final String app;
  private final Environment environment;
  private final Loop loop;
  private final ApnsSettings settings;
  private final ApnsMeters meters;
  private final ConnectionPool pool = new ConnectionPool();
  private final RouteBreaker breaker;
  private final RouteRecovery probe;
  private final ConnectionJudge judge;
  private final PushDispatch dispatch;
  private final TokenEnvironments homes;
  private final Canary canary;

  private final PushQueue waiting = new PushQueue();
  private final OpenPushes open = new OpenPushes();
  private final LateAnswers late;

  /** Pushes without an answer on all connections, also on those given up. */
  private final AtomicInteger inFlight = new AtomicInteger();

  private boolean ticking;
  private boolean closed;

  /**
   * @param name short and unique; its connections are called by it and a number
   * @param app the apps that it serves, for meters
   */
  Route(
      String name,
      String app,
      Environment environment,
      Loop loop,
      PushClient.Factory clients,
      ApnsSettings settings,
      TokenEnvironments homes,
      Canary canary,
      ProbeBudget probeBudget,
      RandomGenerator random,
      ApnsMeters meters) {
    this.app = app;
    this.environment = environment;
    this.loop = loop;
    this.settings = settings;
    this.meters = meters;
    this.homes = homes;
    this.canary = canary;
    this.late = new LateAnswers(settings.attemptMax(), pool::anyOpen, loop::now);
    this.dispatch =
        new PushDispatch(
            loop,
            pool,
            waiting,
            settings,
            this::tryOn,
            why -> meters.triedAgain(app, environment, why));
    var backoff =
        new ConnectBackoff(loop, settings.connections(), pool::anyOpen, probeBudget, random);
    pool.fill(
        settings.connections(),
        n -> new ConnectionSlot(this, name + "#" + n, loop, clients, settings, backoff));
    this.breaker = new RouteBreaker(name, loop::now, this::sendAway);
    this.judge = new ConnectionJudge(name, pool, breaker, canary, clients, loop);
    this.probe = new RouteRecovery(breaker, pool, canary, loop);
  }

  /** Opens the connections. */
  void open() {
    assert loop.isHere();
    meters.registerRoute(
        app, environment, inFlight::get, pool::limit, pool::countOpen, breaker::isOpen);
    meters.registerReplacements(app, environment, Loss.tags());
    meters.registerRetries(app, environment);
    pool.open();
    canary.begin(judge::proven);
  }

  /**
   * Takes an order: pushes at once if there is a place, else as soon as there is one; not at all if
   * too many wait already, or if the breaker says so, asked last: leave to probe must be used.
   */
  @Override
  public void admit(PendingPush push) {
    assert loop.isHere();
    if (closed) {
      push.finish(new TryAgain(RetryReason.CONNECTION), Optional.empty());
      return;
    }
    if (late.resume(push, (by, outcome, answer) -> follow(by, false, outcome, answer))) {
      if (!push.isDone() && push.environment() == environment) { // else it has moved
        enter(push, false);
      }
      return;
    }
    ApnsConnection connection = waiting.noneBefore() ? pool.bestWithout(push.avoided()) : null;
    if (connection == null && waiting.isFull()) {
      push.finish(new TryAgain(RetryReason.BUSY), Optional.empty());
      return;
    }
    boolean asProbe = !breaker.isClosed();
    if (asProbe && !(pool.anyOpen() && breaker.probes())) {
      RetryReason why = pool.anyOpen() ? breaker.whyOpen() : RetryReason.ROUTE_DOWN;
      push.finish(new TryAgain(why), Optional.empty());
      return;
    }
    enter(push, asProbe);
    if (connection == null) {
      waiting.add(push);
    } else {
      dispatch.tryFirst(connection, push);
    }
  }

  private void enter(PendingPush push, boolean asProbe) {
    open.add(push);
    push.enter(this, asProbe);
    tick();
  }

  @Override
  public void left(PendingPush push, PushOutcome outcome, boolean asProbe) {
    assert loop.isHere();
    open.remove(push);
    breaker.ended(outcome, asProbe);
  }

  @Override
  public boolean hasServed() {
    return judge.hasServed();
  }

  /** What waits is sent away with what comes: it would wait in vain. */
  private void sendAway() {
    waiting.release(pool.anyOpen() ? breaker.whyOpen() : RetryReason.CONNECTION);
    probe.lookForReturn();
  }

  /** One try at one push on one connection; its guard may hold it back at the last moment. */
  private PushTry tryOn(ApnsConnection connection, PendingPush push) {
    var pushTry = new PushTry(push, connection.name(), settings.expiration(), loop::now);
    push.tryWith(pushTry, connection);
    if (inFlight.getAndIncrement() == 0) {
      late.heard();
    }
    connection.send(pushTry);
    return pushTry;
  }

  @Override
  public void ended(
      ApnsConnection connection,
      PushTry pushTry,
      @Nullable PushNotificationResponse<PushTry> response,
      @Nullable Throwable failure) {
    assert loop.isHere();
    inFlight.decrementAndGet();
    streamFreed();
    PendingPush push = pushTry.push();
    if (push.environment() == environment) {
      push.tryEnded();
    }
    if (response != null) {
      late.heard();
      answered(connection, pushTry, response);
    } else if (failure instanceof PushSuppressedException suppressed
        && suppressed.outcome() instanceof NotSent over) {
      push.finish(over, Optional.empty());
    } else {
      // written, for a push is given to a connection and written at once; one whose stream was
      // refused was held back from being written a second time
      judge.unanswered(connection, push.apnsId(), failure);
      follow(TryRule.unanswered(push.state(environment, !closed)), push);
    }
  }

  private void follow(TryRule.AfterNoAnswer step, PendingPush push) {
    switch (step) {
      case TRY_AGAIN -> tryAgain(push);
      case GIVE_UP -> push.finish(new TryAgain(RetryReason.CONNECTION), Optional.empty());
      case NOTHING -> {}
    }
  }

  /** The push goes to the head of the line for another try. */
  private void tryAgain(PendingPush push) {
    waiting.addAgain(push);
    streamFreed();
  }

  private void answered(
      ApnsConnection connection, PushTry pushTry, PushNotificationResponse<PushTry> response) {
    ApnsResponse answer =
        new ApnsResponse(response.getStatusCode(), response.getRejectionReason().orElse(""));
    meters.answered(environment, answer.status(), ReasonTable.tag(answer.reason()));
    String topic = pushTry.push().topic();
    PushOutcome outcome = judge.outcome(answer, response.getTokenInvalidationTimestamp(), topic);
    follow(pushTry, judge.blames(connection, answer, topic), outcome, answer);
  }

  private void follow(
      PushTry pushTry, boolean connectionsFault, PushOutcome outcome, ApnsResponse answer) {
    PendingPush push = pushTry.push();
    switch (TryRule.answered(
        push.state(environment, !closed), connectionsFault, ReasonTable.ofToken(answer))) {
      case KEEP_FOR_NEXT_ATTEMPT -> late.answered(pushTry, outcome, answer);
      case SET_ASIDE -> push.setAside(pushTry, outcome, answer);
      case SET_ASIDE_AND_TRY_AGAIN -> {
        push.setAside(pushTry, outcome, answer);
        tryAgain(push);
      }
      case MOVE -> push.move(outcome, answer).admit(push);
      case END -> push.answered(pushTry, outcome, answer);
      case END_AND_LEARN_HERE -> {
        homes.learn(push.device(), environment);
        push.answered(pushTry, outcome, answer);
      }
      case END_AND_LEARN_NOWHERE -> {
        homes.learnNowhere(push.device());
        push.answered(pushTry, outcome, answer);
      }
      case NOTHING -> {}
    }
  }

  @Override
  public void streamFreed() {
    assert loop.isHere();
    dispatch.streamFreed();
  }

  private void tick() {
    if (!ticking && (!open.isEmpty() || pool.holdBodies())) {
      ticking = true;
      loop.later(TICK.toNanos(), this::sweep);
    }
  }

  /** Ends what is over for want of time. */
  private void sweep() {
    ticking = false;
    try {
      waiting.tick();
      for (PendingPush push : open.ofAge(settings.attemptMax())) {
        waiting.remove(push);
        late.end(push);
      }
      pool.look(!waiting.isEmpty());
      probe.tripIfUnconnected(waiting.size());
      dispatch.hedge();
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      log.atError().setCause(e).log("a look at pushes met a fault of Ringpost's; please report it");
    } finally {
      tick();
    }
  }

  @Override
  public void gaveUpOn(PushTry pushTry) {
    assert loop.isHere();
    PendingPush push = pushTry.push();
    follow(TryRule.gaveUpOn(push.state(environment, !closed)), push);
  }

  @Override
  public void toldToLeave(String reason) {
    assert loop.isHere();
    meters.toldToLeave(app, environment, reason);
  }

  @Override
  public void replaced(Loss loss) {
    assert loop.isHere();
    meters.connectionReplaced(app, environment, loss.tag());
    probe.unconnected();
  }

  @Override
  public void opened() {
    assert loop.isHere();
    probe.connected();
    streamFreed();
  }

  /** Replaces every connection, one after the other; completes when that is done. */
  CompletableFuture<Void> renew() {
    assert loop.isHere();
    return pool.renew();
  }

  /** Ends every ring of that age now; what is written may still ring the phone. */
  void cutShort(Duration age) {
    assert loop.isHere();
    var old = open.ofAge(age);
    old.forEach(waiting::remove);
    old.forEach(push -> push.finish(new TryAgain(RetryReason.LEAVING), Optional.empty()));
  }

  /** Gives back what waits and closes the connections; completes when that is done. */
  CompletableFuture<Void> close() {
    assert loop.isHere();
    closed = true;
    probe.close();
    canary.close();
    waiting.release(RetryReason.CONNECTION);
    return pool.close();
  }
}
