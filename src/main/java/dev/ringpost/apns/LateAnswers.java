package dev.ringpost.apns;

import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
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

  /** How long one is remembered: longer than any wait of the retry ladder. */
  static final Duration KEPT = Duration.ofMinutes(1);

  /**
   * The push that an answer is to.
   *
   * @param deadline the invite's, for ids follow from the Call-ID, and a caller may try again with
   *     the same one
   */
  private record Key(UUID apnsId, VoipToken token, Instant deadline) {}

  /** The taker of an answer that came after its attempt, for the attempt that asks for it. */
  interface Taker {
    void answered(PushTry pushTry, PushOutcome outcome, ApnsResponse answer);
  }

  /** A push that was not answered within its attempt, and APNs' answer once it comes. */
  private static final class Late {
    private final PushTry pushTry;
    private final PushTry.Carrier connection;
    private @Nullable PushOutcome outcome;
    private @Nullable ApnsResponse answer;

    Late(PushTry pushTry, PushTry.Carrier connection) {
      this.pushTry = pushTry;
      this.connection = connection;
    }
  }

  /** For so many attempts without any answer a route that speaks counts as slow, then as dead. */
  private static final int SLOW_ATTEMPTS = 3;

  private final Duration attemptMax;
  private final BooleanSupplier anyOpen;
  private final LongSupplier nanoTime;

  /** When an answer came, or when pushes began to wait for one, whichever is later. */
  private long heardNanos;

  private final ForgettingMap<Key, Late> pushes;

  /**
   * @param anyOpen whether any connection of the route stands
   * @param nanoTime a monotonic clock
   */
  LateAnswers(Duration attemptMax, BooleanSupplier anyOpen, LongSupplier nanoTime) {
    this.attemptMax = attemptMax;
    this.anyOpen = anyOpen;
    this.nanoTime = nanoTime;
    this.heardNanos = nanoTime.getAsLong();
    this.pushes = new ForgettingMap<>(MOST, KEPT, nanoTime);
  }

  /** APNs answered a push, or the first push begins to wait. */
  void heard() {
    heardNanos = nanoTime.getAsLong();
  }

  /** Ends the attempt at a push for want of time. */
  void end(PendingPush push) {
    PushTry pushTry = push.lastTry();
    PushTry.Carrier connection = push.lastConnection();
    if (pushTry != null && connection != null && push.isUnderWay()) {
      pushes.put(key(push), new Late(pushTry, connection));
      if (!connection.isQuiet() && isSlow()) {
        push.keepFromBreaker();
      }
    }
    push.suspectConnection();
    RetryReason why =
        TryRule.outOfTime(push.isUnderWay(), push.isWritten(), anyOpen.getAsBoolean());
    push.finish(new TryAgain(why), Optional.empty());
  }

  private boolean isSlow() {
    return nanoTime.getAsLong() - heardNanos < SLOW_ATTEMPTS * attemptMax.toNanos();
  }

  /** A push that has its outcome was answered all the same. */
  void answered(PushTry pushTry, PushOutcome outcome, ApnsResponse answer) {
    Late late = pushes.get(key(pushTry.push()));
    if (late == null || late.pushTry != pushTry) {
      return;
    }
    if (outcome instanceof TryAgain) {
      Late _ = pushes.remove(key(pushTry.push())); // to be pushed once more after all
    } else {
      late.outcome = outcome;
      late.answer = answer;
    }
  }

  /**
   * Gives a push what is known of its last attempt: the answer, or the try that is under way, if
   * nothing says that it got lost.
   *
   * @param taker decides what follows the answer: it need not be the last word
   * @return whether there is no need to push now
   */
  boolean resume(PendingPush push, Taker taker) {
    Late late = pushes.remove(key(push));
    if (late == null) {
      return false;
    }
    if (late.outcome != null && late.answer != null) {
      push.adopt(late.pushTry, late.connection);
      push.tryEnded();
      taker.answered(late.pushTry, late.outcome, late.answer);
      return true;
    }
    if (late.pushTry.isEnded()
        || !late.connection.isOpen()
        || late.connection.hasPassedOver(late.pushTry)) {
      return false;
    }
    push.adopt(late.pushTry, late.connection);
    return true;
  }

  private static Key key(PendingPush push) {
    return new Key(push.apnsId(), push.device().token(), push.deadline());
  }
}
