package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The commits: when, of what, and what follows one that failed. */
class CommitsTest {

  private static final TopicPartition P0 = new TopicPartition("call-invites", 0);
  private static final TopicPartition P1 = new TopicPartition("call-invites", 1);
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  private final AtomicLong nanos = new AtomicLong();
  private final RecordingConsumer kafka = new RecordingConsumer();
  private final Map<TopicPartition, PartitionLedger> ledgers = new HashMap<>();
  private final Commits commits =
      new Commits(
          kafka,
          ledgers,
          () -> NOW,
          new IntakeMeters(new Telemetry(new SimpleMeterRegistry()), "fresh"),
          nanos::get);

  @Test
  void partitionsWithoutNewsShareOneRequestASecondHoweverTheyBegan() {
    kafka.assign(List.of(P0, P1));
    ledgers.put(P0, ledger(5));
    at(0);
    ledgers.put(P1, ledger(7));
    at(600);
    assertThat(committed()).containsExactly(1, 1);
    at(1000);
    assertThat(committed()).containsExactly(2, 1);

    at(1600);
    assertThat(committed()).containsExactly(3, 2);
    at(2500);
    assertThat(committed()).containsExactly(3, 2);
    at(2600);
    assertThat(committed()).containsExactly(4, 3);
  }

  @Test
  void aCommitThatFailedIsRepeatedWithTheNextOne() {
    kafka.assign(List.of(P0));
    ledgers.put(P0, ledger(5));
    kafka.refuseCommits();
    at(0);
    kafka.acceptCommits();

    at(Commits.COMMIT_INTERVAL.toMillis());

    assertThat(kafka.lastCommit(P0).offset()).isEqualTo(5);
  }

  /** An offset matters more than its note. */
  @Test
  void aNoteThatTheBrokerRefusesGetsShorterUntilItsOffsetIsStored() {
    kafka.assign(List.of(P0));
    PartitionLedger ledger = ledger(5);
    Ticket _ = ledger.open(5, NOW, Optional.empty());
    for (long offset = 6; offset < 2000; offset += 2) {
      ledger.open(offset, NOW, Optional.empty()).settle();
      Ticket _ = ledger.open(offset + 1, NOW, Optional.empty());
    }
    ledgers.put(P0, ledger);
    kafka.takesMetadataUpTo(300);
    int tries = Integer.numberOfTrailingZeros(Integer.highestOneBit(CommitMetadata.MAX_LENGTH));

    for (int i = 0; i < tries; i++) {
      at(i * Commits.COMMIT_INTERVAL.toMillis());
    }

    assertThat(kafka.lastCommit(P0).offset()).isEqualTo(5);
    assertThat(kafka.lastNote(P0).settled().contains(6)).isTrue();
  }

  private static PartitionLedger ledger(long start) {
    var lease = new Lease(Duration.ofSeconds(6), () -> 0);
    return new PartitionLedger(new Ownership(lease), OptionalLong.of(start));
  }

  private void at(long millis) {
    nanos.set(TimeUnit.MILLISECONDS.toNanos(millis));
    commits.commitIfDue(Set.of());
  }

  private List<Integer> committed() {
    return List.of(kafka.commits(P0).size(), kafka.commits(P1).size());
  }
}
