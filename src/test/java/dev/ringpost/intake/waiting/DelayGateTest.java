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
  private final DelayGate gate = new DelayGate(nanos::get);

  @Test
  void aPartitionIsShutUntilItsRecordIsDue() {
    gate.shut(P0, 7, 7, Duration.ofMillis(10));

    assertThat(gate.isShut(P0)).isTrue();
    assertThat(gate.isShut(P1)).isFalse();
    pass(Duration.ofMillis(10));
    assertThat(gate.isShut(P0)).isFalse();
  }

  @Test
  void theConsumerWaitsNoLongerThanUntilTheNextOpening() {
    assertThat(gate.untilOpening(LONGEST)).isEqualTo(LONGEST);
    gate.shut(P0, 7, 7, Duration.ofMillis(20));
    gate.shut(P1, 7, 7, Duration.ofMillis(10));

    assertThat(gate.untilOpening(LONGEST)).isEqualTo(Duration.ofMillis(10));
    pass(Duration.ofMillis(30));
    assertThat(gate.untilOpening(LONGEST)).isZero();
  }

  @Test
  void partitionsThatWentAreForgotten() {
    gate.shut(P0, 7, 9, Duration.ofMillis(10));
    pass(Duration.ofMillis(5));
    gate.keep(Set.of(P1));

    assertThat(gate.isShut(P0)).isFalse();
    assertThat(gate.untilOpening(LONGEST)).isEqualTo(LONGEST);
    assertThat(gate.left(P0, 8, due(60), NOW)).as("seen by a former owner").isEqualTo(WAIT);
  }

  @Test
  void aRecordWaitsUntilItIsDue() {
    assertThat(gate.left(P0, 7, new DelayGate.Due(NOW.plusMillis(300), WAIT), NOW)).hasMillis(300);
    assertThat(gate.left(P0, 7, due(-1), NOW)).isNegative();
  }

  @Test
  void noRecordWaitsLongerThanItsRetrySinceItWasFirstSeen() {
    assertThat(gate.left(P0, 7, due(61), NOW)).as("its writer is ahead").isEqualTo(WAIT);
    gate.shut(P0, 7, 9, WAIT);
    pass(Duration.ofMillis(600));
    assertThat(gate.left(P0, 7, due(61), NOW)).hasMillis(400);
    pass(Duration.ofMillis(400));

    assertThat(gate.left(P0, 7, due(61), NOW)).as("the reader's clock stands still").isZero();
    assertThat(gate.left(P0, 9, due(61), NOW)).as("seen behind it, at that time").isZero();
    assertThat(gate.left(P0, 10, due(61), NOW)).as("not seen before").isEqualTo(WAIT);
  }

  @Test
  void aRecordThatIsReadAgainBeforeItsTurnWasStillSeenThen() {
    gate.shut(P0, 7, 9, WAIT);
    pass(Duration.ofMillis(600));
    gate.shut(P0, 8, 12, Duration.ofMillis(400));
    pass(Duration.ofMillis(400));

    assertThat(gate.left(P0, 9, due(61), NOW)).isZero();
  }

  private static DelayGate.Due due(long inSeconds) {
    return new DelayGate.Due(NOW.plusSeconds(inSeconds), WAIT);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
