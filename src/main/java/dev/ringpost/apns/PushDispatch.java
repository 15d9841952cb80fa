package dev.ringpost.apns;

import static dev.ringpost.telemetry.ApnsMeters.TryAgainWhy.HEDGE;
import static dev.ringpost.telemetry.ApnsMeters.TryAgainWhy.SPOILED;
import static dev.ringpost.telemetry.ApnsMeters.TryAgainWhy.UNANSWERED;

import dev.ringpost.delivery.PushOutcome.Cause;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.telemetry.ApnsMeters.TryAgainWhy;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** Gives the rings of a route that wait their places as these become free. Lives on the loop. */
final class PushDispatch {

  private final EventLoop loop;
  private final Lanes lanes;
  private final WaitingRings waiting;
  private final Hedges hedges;
  private final Duration attemptMax;
  private final BiFunction<Link, PendingRing, GuardedPush> tryOn;
  private final Consumer<TryAgainWhy> triedAgain;

  private boolean draining;

  /**
   * @param tryOn begins a try at a ring on a connection that has a place
   * @param triedAgain is told of each that is not a ring's first
   */
  PushDispatch(
      EventLoop loop,
      Lanes lanes,
      WaitingRings waiting,
      ApnsSettings settings,
      BiFunction<Link, PendingRing, GuardedPush> tryOn,
      Consumer<TryAgainWhy> triedAgain) {
    this.loop = loop;
    this.lanes = lanes;
    this.waiting = waiting;
    this.hedges = new Hedges(settings.hedge());
    this.attemptMax = settings.attemptMax();
    this.tryOn = tryOn;
    this.triedAgain = triedAgain;
  }

  /** A ring's first try. */
  void tryFirst(Link link, PendingRing ring) {
    hedges.tried(tryOn.apply(link, ring));
  }

  /**
   * A place may be free. Rings that wait are looked at in a moment: a stream is free only once the
   * connection is done with the answer that is being read.
   */
  void placeFreed() {
    if (!draining && !waiting.isEmpty()) {
      draining = true;
      loop.execute(this::drain);
    }
  }

  private void drain() {
    draining = false;
    if (lanes.best(null) == null) {
      return;
    }
    for (PendingRing ring : waiting.again()) {
      if (ring.isSettled()) {
        waiting.remove(ring);
        continue;
      }
      Link failed = ring.lastLink();
      Link link = lanes.best(failed);
      if (link == null && failed != null && failed.hasPlace() && !failed.health().isCondemned()) {
        link = failed;
      }
      if (link != null) {
        waiting.remove(ring);
        triedAgain.accept(ring.isSetAside() ? SPOILED : UNANSWERED);
        GuardedPush _ = tryOn.apply(link, ring);
      }
    }
    for (PendingRing ring = waiting.first(); ring != null; ring = waiting.first()) {
      Link link = lanes.best(null);
      if (link == null) {
        return;
      }
      waiting.remove(ring);
      if (!link.health().answersWithin(ring.age(), attemptMax)) {
        ring.settle(new TryAgain(Cause.BUSY), Optional.empty());
      } else {
        tryFirst(link, ring);
      }
    }
  }

  /** Tries once more what has waited for an answer for long, on another lane if there is one. */
  void hedge() {
    for (GuardedPush late = hedges.next(); late != null; late = hedges.next()) {
      PendingRing ring = late.ring();
      Link other = lanes.best(ring.lastLink());
      if (other != null && ring.mayTryAgain()) {
        hedges.spend();
        triedAgain.accept(HEDGE);
        GuardedPush _ = tryOn.apply(other, ring);
      }
    }
  }
}
