package dev.ringpost.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BrokerClockTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final Duration AHEAD = Duration.ofSeconds(45);
  private static final Duration TRIP = Duration.ofMillis(20);

  private final SettableClock own = new SettableClock(NOW);
  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 7);
  private final BrokerClock clock = new BrokerClock(own, nanoTime::get);

  @Test
  void beforeTheFirstMeasureTheOwnClockCounts() {
    assertThat(clock.instant()).isEqualTo(NOW);
    assertThat(clock.offset()).isZero();
  }

  @Test
  void aClockThatIsAheadOrBehindIsSetRight() {
    for (Duration off : new Duration[] {AHEAD, AHEAD.negated()}) {
      var each = new BrokerClock(own, nanoTime::get);
      Instant broker = NOW.minus(off);
      each.told("results-0", broker.toEpochMilli(), TRIP);

      assertThat(Duration.between(broker, each.instant()).abs()).isLessThanOrEqualTo(TRIP);
      assertThat(each.offset().minus(off).abs()).isLessThanOrEqualTo(TRIP);
    }
  }

  @Test
  void whatATripOrToleranceExplainsChangesNothing() {
    clock.told("results-0", NOW.minusMillis(15).toEpochMilli(), TRIP);
    assertThat(clock.offset()).isZero();

    clock.told("results-1", NOW.minus(BrokerClock.TOLERANCE).toEpochMilli(), Duration.ZERO);
    clock.told("results-2", NOW.minus(BrokerClock.TOLERANCE).toEpochMilli(), Duration.ZERO);
    assertThat(clock.offset()).isEqualTo(BrokerClock.TOLERANCE);
    assertThat(clock.instant()).isEqualTo(NOW);
  }

  @Test
  void theTripOfAnAnswerIsNotTakenForAnOffset() {
    Duration late = BrokerClock.TOLERANCE.plusMillis(500);
    clock.told("results-0", NOW.minus(late).toEpochMilli(), Duration.ofMillis(900));

    assertThat(clock.offset()).isEqualTo(late.minusMillis(900));
    assertThat(clock.instant()).isEqualTo(NOW);
  }

  @Test
  void anAnswerThatTookLongAndOneWithoutATimeAreNoMeasure() {
    clock.told("results-0", NOW.minus(AHEAD).toEpochMilli(), BrokerClock.LONGEST_TRIP.plusNanos(1));
    clock.told("results-0", -1, TRIP);

    assertThat(clock.offset()).isZero();
  }

  @Test
  void oneBrokerOfThreeDoesNotDecide() {
    clock.told("results-0", NOW.toEpochMilli(), TRIP);
    clock.told("results-1", NOW.minus(AHEAD).toEpochMilli(), TRIP);
    clock.told("results-2", NOW.toEpochMilli(), TRIP);

    assertThat(clock.instant()).isEqualTo(NOW);
  }

  @Test
  void oneBrokerOfTwoDoesNotDecideEither() {
    for (Duration off : new Duration[] {AHEAD, AHEAD.negated()}) {
      var each = new BrokerClock(own, nanoTime::get);
      each.told("controller", NOW.plus(off).toEpochMilli(), TRIP);
      each.told("results-0", NOW.toEpochMilli(), TRIP);

      assertThat(each.instant()).isEqualTo(NOW);
    }
  }

  /** At night results are minutes apart, and each may come from the broker that is wrong. */
  @Test
  void inAQuietHourOneBrokerDoesNotDecide() {
    clock.told("results-0", NOW.toEpochMilli(), TRIP);
    for (int result = 0; result < 20; result++) {
      pass(BrokerClock.MEMORY.plusNanos(1));
      clock.told("results-1", own.instant().plus(AHEAD).toEpochMilli(), Duration.ZERO);

      assertThat(clock.instant()).isEqualTo(own.instant());
    }
  }

  @Test
  void whatWasMeasuredLongAgoIsForgottenOnceThereIsEnough() {
    for (int n = 0; n < 5; n++) {
      clock.told("results-" + n, NOW.toEpochMilli(), TRIP);
    }
    pass(BrokerClock.MEMORY.plusNanos(1));
    for (int n = 0; n < BrokerClock.ENOUGH; n++) {
      assertThat(clock.offset()).isZero();
      clock.told("more-" + n, own.instant().minus(AHEAD).toEpochMilli(), Duration.ZERO);
    }

    assertThat(clock.offset()).isEqualTo(AHEAD);
  }

  /** Nothing tells it but the measures: the own clock goes on as before. */
  @Test
  void onceTheBrokersClocksAreSetRightOldMeasuresDoNotOutvoteNewOnes() {
    for (int n = 0; n < 12; n++) {
      clock.told("results-" + n, NOW.plus(AHEAD).toEpochMilli(), Duration.ZERO);
    }
    assertThat(clock.instant()).isEqualTo(NOW.plus(AHEAD));
    pass(Duration.ofMinutes(5));

    clock.told("results-3", own.instant().toEpochMilli(), Duration.ZERO);
    assertThat(clock.instant()).isEqualTo(own.instant());
  }

  @Test
  void whatWasMeasuredHoursAgoIsForgotten() {
    clock.told("results-0", NOW.toEpochMilli(), TRIP);
    pass(BrokerClock.LONGEST_MEMORY.plusNanos(1));
    clock.told("results-1", own.instant().minus(AHEAD).toEpochMilli(), Duration.ZERO);

    assertThat(clock.offset()).isEqualTo(AHEAD);
  }

  @Test
  void aPartitionIsAskedOnceInAWhile() {
    clock.told("results-0", NOW.minus(AHEAD).toEpochMilli(), Duration.ZERO);
    clock.told("results-0", NOW.toEpochMilli(), Duration.ZERO);
    assertThat(clock.offset()).isEqualTo(AHEAD);

    pass(BrokerClock.LOOK_EVERY);
    clock.told("results-0", own.instant().toEpochMilli(), Duration.ZERO);
    assertThat(clock.offset()).isZero();
  }

  @Test
  void aCorrectionHoldsWhileTimePassesAndEndsWhenTheClockIsSet() {
    clock.told("results-0", NOW.minus(AHEAD).toEpochMilli(), Duration.ZERO);
    pass(Duration.ofHours(9));
    assertThat(clock.instant()).isEqualTo(own.instant().minus(AHEAD));

    own.advance(AHEAD.negated());
    assertThat(clock.instant()).isEqualTo(own.instant());
  }

  @Test
  void afterAStepOfTheOwnClockTheFirstMeasureDecides() {
    for (int n = 0; n < 6; n++) {
      clock.told("results-" + n, NOW.toEpochMilli(), Duration.ZERO);
    }
    pass(Duration.ofMillis(10));
    Instant right = own.instant();
    own.advance(AHEAD);

    clock.told("results-3", right.toEpochMilli(), Duration.ZERO);

    assertThat(clock.instant()).isEqualTo(right);
  }

  @Test
  void thePartitionsThatAreRememberedAreBounded() {
    for (int n = 0; n < BrokerClock.MAX_PLACES; n++) {
      clock.told("results-" + n, NOW.toEpochMilli(), Duration.ZERO);
    }
    for (int n = 0; n < 2 * BrokerClock.MAX_PLACES; n++) {
      clock.told("more-" + n, NOW.minus(AHEAD).toEpochMilli(), Duration.ZERO);
    }

    assertThat(clock.offset()).isZero();
  }

  private void pass(Duration time) {
    own.advance(time);
    nanoTime.addAndGet(time.toNanos());
  }
}
