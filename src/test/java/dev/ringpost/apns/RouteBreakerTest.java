package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RouteBreakerTest {

  private static final PushOutcome ALIVE = new Accepted();
  private static final PushOutcome DEAD = new TryAgain(RetryReason.NO_ANSWER);

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger opened = new AtomicInteger();
  private final RouteBreaker breaker =
      new RouteBreaker("com.example.phone/production", nanos::get, opened::incrementAndGet);

  @ParameterizedTest
  @EnumSource(names = {"NO_ANSWER", "CONNECTION", "SERVER", "CREDENTIAL"})
  void opensWhenTheRouteFailsNearlyAll(RetryReason cause) {
    end(RouteBreaker.FEWEST - 1, new TryAgain(cause));
    assertThat(breaker.isClosed()).isTrue();
    end(1, new TryAgain(cause));

    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.probes()).isFalse();
    assertThat(opened).hasValue(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"BUSY", "THROTTLED", "LEAVING", "ROUTE_DOWN", "SERVER_DOWN"})
  void whatIsNotTheRoutesFaultDoesNotOpenIt(RetryReason cause) {
    end(10 * RouteBreaker.FEWEST, new TryAgain(cause));
    end(10 * RouteBreaker.FEWEST, new NotSent(NotSentReason.LATE));
    end(10 * RouteBreaker.FEWEST, new Unregistered(Optional.empty()));

    assertThat(breaker.isClosed()).isTrue();
  }

  @Test
  void knowsWhetherApnsItselfSaidThatItIsDown() {
    end(RouteBreaker.FEWEST, new TryAgain(RetryReason.SERVER));
    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.whyOpen()).isEqualTo(RetryReason.SERVER_DOWN);

    breaker.isBack();
    end(RouteBreaker.FEWEST, new TryAgain(RetryReason.CREDENTIAL));
    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.whyOpen()).isEqualTo(RetryReason.ROUTE_DOWN);

    breaker.isBack();
    end(RouteBreaker.FEWEST - 1, new TryAgain(RetryReason.SERVER));
    breaker.trip();
    assertThat(breaker.whyOpen()).isEqualTo(RetryReason.ROUTE_DOWN);
  }

  @Test
  void outcomesBeforeItsWindowDoNotCount() {
    end(RouteBreaker.FEWEST - 1, DEAD);
    nanos.addAndGet(Duration.ofSeconds(RouteBreaker.WINDOW_SECONDS).toNanos());
    end(1, DEAD);
    assertThat(breaker.isClosed()).isTrue();
    end(RouteBreaker.FEWEST - 1, DEAD);

    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void oneHungConnectionOfTwoDoesNotOpenIt() {
    end(50, ALIVE);
    end(50, DEAD);

    assertThat(breaker.isClosed()).isTrue();
  }

  @Test
  void aFewRingsFindOutWhetherTheRouteIsBack() {
    breaker.trip();
    breaker.mayBeBack();
    for (int i = 0; i < RouteBreaker.PROBES; i++) {
      assertThat(breaker.probes()).isTrue();
    }
    assertThat(breaker.probes()).isFalse();
    // of a ring that was let through before the trouble
    breaker.ended(DEAD, false);
    for (int i = 0; i < RouteBreaker.PROBES; i++) {
      breaker.ended(ALIVE, true);
    }

    assertThat(breaker.isClosed()).isTrue();
  }

  @Test
  void opensAgainWhenTheRouteIsNotBack() {
    breaker.trip();
    breaker.mayBeBack();
    for (int i = 0; i < RouteBreaker.PROBES; i++) {
      assertThat(breaker.probes()).isTrue();
      breaker.ended(DEAD, true);
    }

    assertThat(breaker.isOpen()).isTrue();
    assertThat(opened).hasValue(2);
  }

  @Test
  void aProbeThatTellsNothingLeavesItsTurnToAnother() {
    breaker.trip();
    breaker.mayBeBack();
    for (int i = 0; i < 10 * RouteBreaker.PROBES; i++) {
      assertThat(breaker.probes()).isTrue();
      breaker.ended(new NotSent(NotSentReason.ENDED), true);
    }

    assertThat(breaker.isClosed()).isFalse();
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void pushesFromBeforeItOpenedDecideNothing() {
    breaker.trip();
    breaker.mayBeBack();

    end(10 * RouteBreaker.PROBES, ALIVE);
    assertThat(breaker.isClosed()).isFalse();
    end(10 * RouteBreaker.FEWEST, DEAD);
    assertThat(breaker.isOpen()).isFalse();
  }

  private void end(int times, PushOutcome outcome) {
    for (int i = 0; i < times; i++) {
      breaker.ended(outcome, false);
    }
  }
}
