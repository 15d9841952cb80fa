package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushType;
import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Cause;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Why;
import dev.ringpost.delivery.Ring;
import dev.ringpost.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class GuardedPushTest {

  private static final Duration RINGING = Duration.ofSeconds(30);

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T12:00:00Z"));
  private final AtomicBoolean held = new AtomicBoolean(true);
  private final CallInvite invite = Calls.invite(clock.instant(), RINGING);
  private final PendingRing ring = pending();
  private final GuardedPush push = new GuardedPush(ring, "phone#1", ring.deadline());

  @Test
  void givesTheTokenWhileItMayBeWritten() {
    assertThat(ring.isWritten()).isFalse();
    assertThat(push.getToken()).isEqualTo(Calls.TOKEN.hex());
    assertThat(ring.isWritten()).isTrue();
  }

  @Test
  void isAVoipPushToBeDeliveredAtOnce() {
    assertThat(push.getPushType()).isEqualTo(PushType.VOIP);
    assertThat(push.getPriority()).isEqualTo(DeliveryPriority.IMMEDIATE);
    assertThat(push.getExpiration()).isEqualTo(invite.deadline().at());
    assertThat(push.getCollapseId()).isNull();
  }

  @Test
  void isHeldBackFromTheDeadlineOn() {
    clock.advance(RINGING.minusNanos(1));
    assertThat(ring.refusal()).isNull();
    clock.advance(Duration.ofNanos(1));

    assertHeldBack(new NotSent(Why.LATE));
  }

  @Test
  void isHeldBackOnceThePartitionIsLost() {
    held.set(false);

    assertHeldBack(new NotSent(Why.LOST));
  }

  @Test
  void isHeldBackOnceItsRingWasGivenUp() {
    ring.settle(new TryAgain(Cause.BUSY), Optional.empty());

    assertHeldBack(new TryAgain(Cause.CONNECTION));
    assertThat(ring.report().join().writtenAt()).isEmpty();
  }

  @Test
  void isWrittenOnceAtMost() {
    assertThat(push.getToken()).isNotEmpty();

    assertThatThrownBy(push::getToken).isInstanceOf(HeldBack.class);
  }

  @Test
  void tellsWhenAndWhereItWasWritten() {
    clock.advance(Duration.ofSeconds(2));
    assertThat(push.getToken()).isNotEmpty();
    clock.advance(Duration.ofSeconds(3));
    ring.settle(new TryAgain(Cause.NO_ANSWER), Optional.empty());

    assertThat(ring.report().join())
        .satisfies(
            report -> {
              assertThat(report.writtenAt()).contains(Instant.parse("2026-11-24T12:00:02Z"));
              assertThat(report.lane()).isEqualTo("phone#1");
              assertThat(report.tries()).isEqualTo(1);
            });
  }

  @Test
  void aRingHasOneOutcome() {
    ring.settle(new TryAgain(Cause.NO_ANSWER), Optional.empty());
    ring.settle(new PushOutcome.Accepted(), Optional.empty());

    assertThat(ring.report().join().outcome()).isEqualTo(new TryAgain(Cause.NO_ANSWER));
  }

  private void assertHeldBack(PushOutcome outcome) {
    assertThatThrownBy(push::getToken)
        .isInstanceOfSatisfying(HeldBack.class, e -> assertThat(e.outcome()).isEqualTo(outcome));
    assertThat(ring.isWritten()).isFalse();
  }

  private PendingRing pending() {
    Ring order = Calls.ring(invite, Calls.device(Calls.TOKEN), held::get);
    return new PendingRing(
        order,
        PushId.of(invite, order.device()),
        Calls.PHONE.voipTopic(),
        "{}",
        clock,
        System.nanoTime());
  }
}
