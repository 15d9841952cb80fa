package dev.ringpost.intake.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class DelayGateTest {

  private static final TopicPartition P0 = new TopicPartition("call-invites.retry-1", 0);
  private static final TopicPartition P1 = new TopicPartition("call-invites.retry-1", 1);
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final Duration LONGEST = Duration.ofMillis(50);
  private static final Duration WAIT = Duration.ofSeconds(1);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000); // it may wrap around
  private static final int EPOCH = 3;

  private final DelayGate gate = new DelayGate(nanos::get);

  @Test
  void aPartitionIsShutUntilItsRecordIsDue() {
    gate.shut(P0, at(7), at(7), Duration.ofMillis(10));

    assertThat(gate.isShut(P0)).isTrue();
    assertThat(gate.isShut(P1)).isFalse();
    pass(Duration.ofMillis(10));
    assertThat(gate.isShut(P0)).isFalse();
  }

  @Test
  void theConsumerWaitsNoLongerThanUntilTheNextOpening() {
    assertThat(gate.untilOpening(LONGEST)).isEqualTo(LONGEST);
    gate.shut(P0, at(7), at(7), Duration.ofMillis(20));
    gate.shut(P1, at(7), at(7), Duration.ofMillis(10));

    assertThat(gate.untilOpening(LONGEST)).isEqualTo(Duration.ofMillis(10));
    pass(Duration.ofMillis(30));
    assertThat(gate.untilOpening(LONGEST)).isZero();
  }

  @Test
  void partitionsThatWentAreForgotten() {
    gate.shut(P0, at(7), at(9), Duration.ofMillis(10));
    pass(Duration.ofMillis(5));
    gate.keep(Set.of(P1));

    assertThat(gate.isShut(P0)).isFalse();
    assertThat(gate.untilOpening(LONGEST)).isEqualTo(LONGEST);
    assertThat(gate.left(P0, at(8), due(60), NOW)).as("seen by a former owner").isEqualTo(WAIT);
  }

  @Test
  void aRecordWaitsUntilItIsDue() {
    assertThat(gate.left(P0, at(7), new DelayGate.Due(NOW.plusMillis(300), WAIT), NOW))
        .hasMillis(300);
    assertThat(gate.left(P0, at(7), due(-1), NOW)).isNegative();
  }

  @Test
  void noRecordWaitsLongerThanItsRetrySinceItWasFirstSeen() {
    assertThat(gate.left(P0, at(7), due(61), NOW)).as("its writer is ahead").isEqualTo(WAIT);
    gate.shut(P0, at(7), at(9), WAIT);
    pass(Duration.ofMillis(600));
    assertThat(gate.left(P0, at(7), due(61), NOW)).hasMillis(400);
    pass(Duration.ofMillis(400));

    assertThat(gate.left(P0, at(7), due(61), NOW)).as("the reader's clock stands still").isZero();
    assertThat(gate.left(P0, at(9), due(61), NOW)).as("seen behind it, at that time").isZero();
    assertThat(gate.left(P0, at(10), due(61), NOW)).as("not seen before").isEqualTo(WAIT);
  }

  @Test
  void aRecordThatIsReadAgainBeforeItsTurnWasStillSeenThen() {
    gate.shut(P0, at(7), at(9), WAIT);
    pass(Duration.ofMillis(600));
    gate.shut(P0, at(8), at(12), Duration.ofMillis(400));
    pass(Duration.ofMillis(400));

    assertThat(gate.left(P0, at(9), due(61), NOW)).isZero();
  }

  /** After a cut of the log, as an unclean election makes it, others stand there. */
  @Test
  void whatIsWrittenWhereOthersWereSeenIsNotSeen() {
    gate.shut(P0, at(7), at(9), WAIT);
    nanos.addAndGet(Duration.ofMillis(600).toNanos());
    DelayGate.Place anew = new DelayGate.Place(7, EPOCH + 1);

    assertThat(gate.left(P0, anew, due(61), NOW)).isEqualTo(WAIT);
    assertThat(gate.left(P0, at(7), due(61), NOW)).as("what stayed").hasMillis(400);
    gate.shut(P0, anew, anew, WAIT);
    nanos.addAndGet(Duration.ofMillis(600).toNanos());
    assertThat(gate.left(P0, anew, due(61), NOW)).hasMillis(400);
  }

  private static DelayGate.Place at(long offset) {
    return new DelayGate.Place(offset, EPOCH);
  }

  private static DelayGate.Due due(long inSeconds) {
    return new DelayGate.Due(NOW.plusSeconds(inSeconds), WAIT);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
