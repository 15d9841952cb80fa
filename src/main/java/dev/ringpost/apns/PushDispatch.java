package dev.ringpost.apns;

import static dev.ringpost.telemetry.ApnsMeters.TryAgainWhy.HEDGE;
import static dev.ringpost.telemetry.ApnsMeters.TryAgainWhy.SPOILED;
import static dev.ringpost.telemetry.ApnsMeters.TryAgainWhy.UNANSWERED;

import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.Loop;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.telemetry.ApnsMeters.TryAgainWhy;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The dispatch of a route's waiting pushes to places on connections as these become free. Lives on
 * the loop.
 */
final class PushDispatch {

  private final Loop loop;
  private final ConnectionPool pool;
  private final PushQueue waiting;
  private final Hedges hedges;
  private final Duration attemptMax;
  private final BiFunction<ApnsConnection, PendingPush, PushTry> tryOn;
  private final Consumer<TryAgainWhy> triedAgain;

  private boolean draining;

  /**
   * @param tryOn begins a try at a push on a connection that has a place
   * @param triedAgain is told of each that is not a push's first
   */
  PushDispatch(
      Loop loop,
      ConnectionPool pool,
      PushQueue waiting,
      ApnsSettings settings,
      BiFunction<ApnsConnection, PendingPush, PushTry> tryOn,
      Consumer<TryAgainWhy> triedAgain) {
    this.loop = loop;
    this.pool = pool;
    this.waiting = waiting;
    this.hedges = new Hedges(settings.hedge(), loop::now);
    this.attemptMax = settings.attemptMax();
    this.tryOn = tryOn;
    this.triedAgain = triedAgain;
  }

  /** A push's first try. */
  void tryFirst(ApnsConnection connection, PendingPush push) {
    assert loop.isHere();
    hedges.tried(tryOn.apply(connection, push));
  }

  /**
   * A place may be free. Pushes that wait are looked at in a moment: a stream is free only once the
   * connection is done with the answer that is being read.
   */
  void streamFreed() {
    assert loop.isHere();
    if (!draining && !waiting.isEmpty()) {
      draining = true;
      loop.execute(this::drain);
    }
  }

  private void drain() {
    draining = false;
    if (pool.best(null) == null) {
      return;
    }
    for (PendingPush push : waiting.again()) {
      if (push.isDone()) {
        waiting.remove(push);
        continue;
      }
      ApnsConnection connection = pool.bestAfter(push.lastConnection());
      if (connection != null) {
        waiting.remove(push);
        triedAgain.accept(push.isSetAside() ? SPOILED : UNANSWERED);
        PushTry _ = tryOn.apply(connection, push);
      }
    }
    for (PendingPush push = waiting.first(); push != null; push = waiting.first()) {
      ApnsConnection connection = pool.bestWithout(push.avoided());
      if (connection == null) {
        return;
      }
      waiting.remove(push);
      if (!connection.health().answersWithin(push.age(), attemptMax)) {
        push.finish(new TryAgain(RetryReason.BUSY), Optional.empty());
      } else {
        tryFirst(connection, push);
      }
    }
  }

  /**
   * Tries once more what has waited for an answer for long, on another connection if there is one.
   */
  void hedge() {
    assert loop.isHere();
    for (PushTry late = hedges.next(); late != null; late = hedges.next()) {
      PendingPush push = late.push();
      ApnsConnection other = pool.best(push.lastConnection());
      if (other != null && push.mayTryAgain()) {
        hedges.consume();
        triedAgain.accept(HEDGE);
        PushTry _ = tryOn.apply(other, push);
      }
    }
  }
}
