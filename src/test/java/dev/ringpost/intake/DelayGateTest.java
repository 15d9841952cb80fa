package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class DelayGateTest {

  private static final TopicPartition P0 = new TopicPartition("call-invites.retry-1", 0);
  private static final TopicPartition P1 = new TopicPartition("call-invites.retry-1", 1);
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final Duration LONGEST = Duration.ofMillis(50);

  private final DelayGate gate = new DelayGate();

  @Test
  void aPartitionIsShutUntilItsRecordIsDue() {
    gate.shut(P0, NOW.plusMillis(10));

    assertThat(gate.isShut(P0, NOW)).isTrue();
    assertThat(gate.isShut(P1, NOW)).isFalse();
    assertThat(gate.isShut(P0, NOW.plusMillis(10))).isFalse();
    assertThat(gate.isShut(P0, NOW)).as("once open, it is open").isFalse();
  }

  @Test
  void theConsumerWaitsNoLongerThanUntilTheNextOpening() {
    assertThat(gate.untilOpening(NOW, LONGEST)).isEqualTo(LONGEST);
    gate.shut(P0, NOW.plusMillis(20));
    gate.shut(P1, NOW.plusMillis(10));

    assertThat(gate.untilOpening(NOW, LONGEST)).isEqualTo(Duration.ofMillis(10));
    assertThat(gate.untilOpening(NOW.plusMillis(30), LONGEST)).isZero();
  }

  @Test
  void partitionsThatWentAreForgotten() {
    gate.shut(P0, NOW.plusMillis(10));
    gate.keep(Set.of(P1));

    assertThat(gate.isShut(P0, NOW)).isFalse();
    assertThat(gate.untilOpening(NOW, LONGEST)).isEqualTo(LONGEST);
  }
}
