package dev.ringpost.apns;

import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.Answer;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Cause;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The ends of attempts for want of time, and the pushes of a route that were written and not
 * answered within their attempt. A slow APNs may still answer them, and the next attempt at the
 * same call and phone finds the answer here, or waits for it, instead of pushing once more. Lives
 * on the loop.
 */
final class LateAnswers {

  /** Bound on pushes remembered; the oldest is forgotten first. */
  static final int MOST = 10_000;

  /** How long one is remembered: longer than any rung of the retry ladder. */
  static final Duration KEPT = Duration.ofMinutes(1);

  private record Key(UUID apnsId, VoipToken token) {}

  /** One of them, and what APNs said to it once it did. */
  private static final class Late {
    private final GuardedPush push;
    private final Link link;
    private @Nullable PushOutcome outcome;
    private @Nullable Answer answer;

    Late(GuardedPush push, Link link) {
      this.push = push;
      this.link = link;
    }
  }

  /** For so many attempts without any answer a route that speaks counts as slow, then as dead. */
  private static final int SLOW_ATTEMPTS = 3;

  private final Duration attemptMax;
  private final BooleanSupplier anyOpen;

  /** When an answer came, or when pushes began to wait for one, whichever is later. */
  private long heardNanos = System.nanoTime();

  private final Recent<Key, Late> pushes = new Recent<>(MOST, KEPT, System::nanoTime);

  /**
   * @param anyOpen whether any connection of the route stands
   */
  LateAnswers(Duration attemptMax, BooleanSupplier anyOpen) {
    this.attemptMax = attemptMax;
    this.anyOpen = anyOpen;
  }

  /** APNs answered a push, or the first push begins to wait. */
  void heard() {
    heardNanos = System.nanoTime();
  }

  /** Ends the attempt at a ring for want of time. */
  void end(PendingRing ring) {
    GuardedPush push = ring.lastTry();
    Link link = ring.lastLink();
    if (push != null && link != null && ring.isUnderWay()) {
      pushes.put(key(ring), new Late(push, link));
      if (!link.liveness().isQuiet() && isSlow()) {
        ring.keepFromBreaker();
      }
    }
    ring.suspectLink();
    ring.settle(new TryAgain(whyNot(ring)), Optional.empty());
  }

  private boolean isSlow() {
    return System.nanoTime() - heardNanos < SLOW_ATTEMPTS * attemptMax.toNanos();
  }

  private Cause whyNot(PendingRing ring) {
    if (ring.isUnderWay()) {
      return Cause.NO_ANSWER;
    }
    return anyOpen.getAsBoolean() && !ring.isWritten() ? Cause.BUSY : Cause.CONNECTION;
  }

  /** A push whose ring has its outcome was answered all the same. */
  void answered(GuardedPush push, PushOutcome outcome, Answer answer) {
    Late late = pushes.get(key(push.ring()));
    if (late == null || late.push != push) {
      return;
    }
    if (outcome instanceof TryAgain) {
      Late _ = pushes.remove(key(push.ring())); // to be pushed once more after all
    } else {
      late.outcome = outcome;
      late.answer = answer;
    }
  }

  /**
   * Gives a ring what is known of its last attempt: the answer, or the try that is under way, if
   * nothing says that it got lost.
   *
   * @return whether there is no need to push now
   */
  boolean resume(PendingRing ring) {
    Late late = pushes.remove(key(ring));
    if (late == null) {
      return false;
    }
    if (late.outcome != null && late.answer != null) {
      ring.adopt(late.push, late.link);
      ring.answered(late.push, late.outcome, late.answer);
      return true;
    }
    if (late.push.isEnded() || !late.link.isOpen() || late.link.hasPassedOver(late.push)) {
      return false;
    }
    ring.adopt(late.push, late.link);
    return true;
  }

  private static Key key(PendingRing ring) {
    return new Key(ring.apnsId(), ring.device().token());
  }
}
