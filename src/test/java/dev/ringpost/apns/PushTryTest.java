package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushType;
import dev.ringpost.apns.path.ApnsSettings.Expiration;
import dev.ringpost.apns.wire.PushId;
import dev.ringpost.apns.wire.PushSuppressedException;
import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class PushTryTest {

  private static final Duration RINGING = Duration.ofSeconds(30);

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T12:00:00Z"));
  private final AtomicBoolean held = new AtomicBoolean(true);
  private final CallInvite invite = Calls.invite(clock.instant(), RINGING);
  private final PendingPush push = pending();
  private final PushTry pushTry =
      new PushTry(push, "phone#1", Expiration.DEADLINE, System::nanoTime);

  @Test
  void givesTheTokenWhileItMayBeWritten() {
    assertThat(push.isWritten()).isFalse();
    assertThat(pushTry.getToken()).isEqualTo(Calls.TOKEN.hex());
    assertThat(push.isWritten()).isTrue();
  }

  @Test
  void isAVoipPushToBeDeliveredAtOnce() {
    assertThat(pushTry.getPushType()).isEqualTo(PushType.VOIP);
    assertThat(pushTry.getPriority()).isEqualTo(DeliveryPriority.IMMEDIATE);
    assertThat(pushTry.getExpiration()).isEqualTo(invite.deadline().at());
    assertThat(pushTry.getCollapseId()).isNull();
  }

  @Test
  void isHeldBackFromTheDeadlineOn() {
    clock.advance(RINGING.minusNanos(1));
    assertThat(push.refusal()).isNull();
    clock.advance(Duration.ofNanos(1));

    assertHeldBack(new NotSent(NotSentReason.LATE));
  }

  @Test
  void isHeldBackOnceThePartitionIsLost() {
    held.set(false);

    assertHeldBack(new NotSent(NotSentReason.LOST));
  }

  @Test
  void isHeldBackOnceItsRingWasGivenUp() {
    push.finish(new TryAgain(RetryReason.BUSY), Optional.empty());

    assertHeldBack(new TryAgain(RetryReason.CONNECTION));
    assertThat(push.report().join().writtenAt()).isEmpty();
  }

  @Test
  void isWrittenOnceAtMost() {
    assertThat(pushTry.getToken()).isNotEmpty();

    assertThatThrownBy(pushTry::getToken).isInstanceOf(PushSuppressedException.class);
  }

  @Test
  void tellsWhenAndWhereItWasWritten() {
    clock.advance(Duration.ofSeconds(2));
    assertThat(pushTry.getToken()).isNotEmpty();
    clock.advance(Duration.ofSeconds(3));
    push.finish(new TryAgain(RetryReason.NO_ANSWER), Optional.empty());

    assertThat(push.report().join())
        .satisfies(
            report -> {
              assertThat(report.writtenAt()).contains(Instant.parse("2026-11-24T12:00:02Z"));
              assertThat(report.connection()).isEqualTo("phone#1");
              assertThat(report.tries()).isEqualTo(1);
            });
  }

  @Test
  void tellsHowLongItsAnswerTookAndNotHowLongThatWaited() throws Exception {
    long before = System.nanoTime();
    assertThat(pushTry.getToken()).isNotEmpty();
    pushTry.end();
    Duration most = Duration.ofNanos(System.nanoTime() - before);
    Thread.sleep(most.plusMillis(20));
    push.answered(pushTry, new PushOutcome.Accepted(), new ApnsResponse(200, ""));

    assertThat(push.report().join().answerTook())
        .hasValueSatisfying(took -> assertThat(took).isLessThanOrEqualTo(most));
  }

  @Test
  void aRingHasOneOutcome() {
    push.finish(new TryAgain(RetryReason.NO_ANSWER), Optional.empty());
    push.finish(new PushOutcome.Accepted(), Optional.empty());

    assertThat(push.report().join().outcome()).isEqualTo(new TryAgain(RetryReason.NO_ANSWER));
  }

  private void assertHeldBack(PushOutcome outcome) {
    assertThatThrownBy(pushTry::getToken)
        .isInstanceOfSatisfying(
            PushSuppressedException.class, e -> assertThat(e.outcome()).isEqualTo(outcome));
    assertThat(push.isWritten()).isFalse();
  }

  private PendingPush pending() {
    PushRequest order = Calls.push(invite, Calls.device(Calls.TOKEN), held::get);
    return new PendingPush(
        order,
        PushId.of(invite, order.device()),
        Calls.PHONE.voipTopic(),
        "{}",
        clock,
        System::nanoTime,
        System.nanoTime());
  }
}
