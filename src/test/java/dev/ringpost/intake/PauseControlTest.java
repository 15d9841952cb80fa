package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.intake.waiting.DelayGate;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class PauseControlTest {

  private static final TopicPartition P0 = new TopicPartition("call-invites.retry-1", 0);
  private static final TopicPartition P1 = new TopicPartition("call-invites.retry-1", 1);
  private static final Duration POLL = Duration.ofMillis(50);

  private final AtomicLong nanos = new AtomicLong();
  private static final DelayGate.Place AT = new DelayGate.Place(2, 0);

  private final DelayGate gate = new DelayGate(nanos::get);
  private final IntakeMeters meters =
      new IntakeMeters(new Telemetry(new SimpleMeterRegistry()), "retries");
  private final BlockedPartitions blocked = new BlockedPartitions(meters, nanos::get);
  private final PauseControl pauses = new PauseControl(2, gate, blocked);
  private final RecordingConsumer kafka = new RecordingConsumer();
  private final OwnedPartitions owned =
      new OwnedPartitions(
          kafka,
          new Lease(Duration.ofSeconds(6), () -> 0),
          Duration.ofMinutes(2),
          () -> Instant.EPOCH,
          meters);

  PauseControlTest() {
    kafka.assign(List.of(P0, P1));
    kafka.updateBeginningOffsets(Map.of(P0, 0L, P1, 0L));
  }

  /** Else the poll's time-out is zero, and the loop spins for as long as an outage lasts. */
  @Test
  void theLoopDoesNotWaitForARecordThatBecameDueWhileItsLedgerIsFull() {
    owned.open(P0, 0, Instant.EPOCH, Optional.empty());
    owned.open(P0, 1, Instant.EPOCH, Optional.empty());
    gate.shut(P0, AT, AT, Duration.ofSeconds(1));
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());

    pauses.apply(kafka, owned, false);

    assertThat(kafka.paused()).containsExactly(P0);
    assertThat(gate.untilOpening(POLL)).isEqualTo(POLL);
  }

  @Test
  void theLoopDoesNotWaitForARecordThatBecameDueWhilePlacesAreShort() {
    gate.shut(P0, AT, AT, Duration.ofSeconds(1));
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());

    pauses.apply(kafka, owned, true);

    assertThat(kafka.paused()).containsExactlyInAnyOrder(P0, P1);
    assertThat(gate.untilOpening(POLL)).isEqualTo(POLL);
  }

  @Test
  void whatWentToAnotherWorkerIsForgotten() {
    gate.shut(P0, AT, AT, Duration.ofMillis(10));
    kafka.assign(List.of(P1));

    pauses.apply(kafka, owned, false);

    assertThat(gate.untilOpening(POLL)).isEqualTo(POLL);
  }

  /** Else a partition at its bound is paused and resumed with each record that is settled. */
  @Test
  void aFullLedgerRestsUntilHalfOfItIsFree() {
    var roomy = new PauseControl(4, gate, blocked);
    List<Ticket> tickets = new ArrayList<>();
    for (long offset = 0; offset < 4; offset++) {
      tickets.add(owned.open(P0, offset, Instant.EPOCH, Optional.empty()));
    }
    roomy.apply(kafka, owned, false);
    assertThat(kafka.paused()).containsExactly(P0);

    tickets.get(0).settle();
    roomy.apply(kafka, owned, false);
    assertThat(kafka.paused()).containsExactly(P0);

    tickets.get(1).settle();
    roomy.apply(kafka, owned, false);
    assertThat(kafka.paused()).isEmpty();

    owned.open(P0, 4, Instant.EPOCH, Optional.empty());
    roomy.apply(kafka, owned, false);
    assertThat(kafka.paused()).isEmpty();
  }
}
