package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.events.RingSettings;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The handover of a partition from one owner to the next, and what each learns of the one before.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class HandoverTest {

  private static final TopicPartition P0 = new TopicPartition("call-invites", 0);
  private static final TopicPartition P1 = new TopicPartition("call-invites", 1);

  /** Well within the time that what is in flight is waited for. */
  private static final Duration SOON = Duration.ofMillis(50);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RecordingConsumer kafka = new RecordingConsumer();
  private final HeldArrivals arrivals = new HeldArrivals();
  private final AtomicInteger cutShort = new AtomicInteger();
  private final InviteConsumer intake = consumer(kafka, arrivals, this::cutShort);

  @AfterEach
  void close() {
    arrivals.settleAll();
    intake.close();
  }

  @Test
  void aLostPartitionIsNotCommittedAndNotHeld() {
    start(P0, P1);
    kafka.invite(P0, 0);
    await().until(() -> arrivals.handled(P0).size() == 1);

    kafka.schedulePollTask(
        () -> {
          arrivals.settle(P0, 0);
          kafka.loseNow(Set.of(P0));
        });
    kafka.invite(P1, 0);
    await().until(() -> arrivals.handled(P1).size() == 1);
    arrivals.settle(P1, 0);
    await().until(() -> kafka.lastCommit(P1).offset() == 1);
    intake.close();

    assertThat(arrivals.held(P0, 0).getAsBoolean()).isFalse();
    assertThat(kafka.commits(P0)).allMatch(commit -> commit.offset() == 0);
  }

  @Test
  void whatEndsSoonAfterARevocationIsCommitted() {
    start(P0, P1);
    kafka.invite(P0, 0);
    await().until(() -> arrivals.handled(P0).size() == 1);

    kafka.schedulePollTask(
        () -> {
          settleSoon(0);
          kafka.rebalance(List.of(P1));
        });

    await().until(() -> kafka.lastCommit(P0).offset() == 1);
  }

  @Test
  void whatEndsSoonAfterLeavingBeganIsCommitted() {
    start(P0);
    kafka.invite(P0, 0);
    await().until(() -> arrivals.handled(P0).size() == 1);

    settleSoon(0);
    intake.close();

    assertThat(kafka.lastCommit(P0).offset()).isEqualTo(1);
    assertThat(cutShort).hasValue(0);
  }

  @Test
  void whatDoesNotEndIsCutShortAndCommittedWhenItIsStored() {
    start(P0);
    kafka.invite(P0, 0);
    await().until(() -> arrivals.handled(P0).size() == 1);

    intake.close();

    assertThat(cutShort).hasValue(1);
    assertThat(kafka.lastCommit(P0).offset()).isEqualTo(1);
  }

  @Test
  void aPartitionIsGoneBeforeItsLastCommit() {
    start(P0, P1);
    kafka.invite(P0, 0);
    await().until(() -> arrivals.handled(P0).size() == 1);
    var heldAtCommit = new AtomicBoolean(true);
    kafka.beforeCommitSync(() -> heldAtCommit.set(arrivals.held(P0, 0).getAsBoolean()));

    kafka.rebalanceTo(P1);
    kafka.invite(P1, 0);
    await().until(() -> arrivals.handled(P1).size() == 1);

    assertThat(heldAtCommit).isFalse();
  }

  @Test
  void aWakeUpDoesNotCostTheLastCommit() {
    start(P0);
    kafka.invite(P0, 0);
    await().until(() -> arrivals.handled(P0).size() == 1);
    var pending = new AtomicBoolean(true);
    kafka.beforeCommitSync(
        () -> {
          if (pending.getAndSet(false)) {
            throw new WakeupException();
          }
        });

    settleSoon(0);
    intake.close();

    assertThat(kafka.lastCommit(P0).offset()).isEqualTo(1);
    assertThat(pending).isFalse();
  }

  @Test
  void whatTheFirstOwnerSettledTheThirdDoesNotRingThoughTheSecondHasNotRead() {
    kafka.seed(P0, settledByTheFirst());
    start(P0, P1);
    await().until(() -> !kafka.commits(P0).isEmpty());
    kafka.rebalanceTo(P1);
    kafka.invite(P1, 0);
    await().until(() -> arrivals.handled(P1).size() == 1);

    var third = new RecordingConsumer();
    third.seed(P0, kafka.lastCommit(P0));
    var ofThird = new HeldArrivals();
    try (InviteConsumer next = consumer(third, ofThird, () -> {})) {
      next.start();
      third.assign(P0);
      for (long offset = 0; offset <= 6; offset++) {
        third.invite(P0, offset);
      }
      await().until(() -> ofThird.handled(P0).contains(6L));
      ofThird.settleAll();
    }
    assertThat(ofThird.handled(P0)).containsExactly(0L, 6L);
  }

  @Test
  void aNewOwnerThatHasReadAPartPassesOnTheRest() {
    kafka.seed(P0, settledByTheFirst());
    start(P0);
    kafka.invite(P0, 0);
    kafka.invite(P0, 1);
    kafka.invite(P0, 6);
    await().until(() -> arrivals.handled(P0).contains(6L));
    arrivals.settle(P0, 6);

    await().until(() -> kafka.lastNote(P0).settled().contains(6));
    assertThat(kafka.lastNote(P0).settled().contains(5)).isTrue();
  }

  @Test
  void aNoteThatCouldNotBeReadAtFirstIsReadBeforeItIsOverwritten() {
    kafka.seed(P0, settledByTheFirst());
    kafka.silentOnce();
    start(P0);
    for (long offset = 0; offset <= 6; offset++) {
      kafka.invite(P0, offset);
    }
    await().until(() -> arrivals.handled(P0).contains(6L));

    assertThat(arrivals.handled(P0)).containsExactly(0L, 6L);
  }

  @Test
  void aBrokerThatTakesShortNotesOnlyGetsTheOffsets() {
    kafka.takesMetadataUpTo(10);
    start(P0);
    kafka.invite(P0, 0);
    await().until(() -> arrivals.handled(P0).size() == 1);
    arrivals.settle(P0, 0);

    await().until(() -> kafka.lastCommit(P0).offset() == 1);
    assertThat(kafka.lastCommit(P0).metadata()).isEmpty();
    assertThat(commits("note_refused")).isPositive();
    assertThat(commits("failed")).isZero();
  }

  @Test
  void aNoteThatIsRefusedDoesNotCostTheLastCommit() {
    start(P0, P1);
    kafka.invite(P0, 0);
    await().until(() -> arrivals.handled(P0).size() == 1);

    kafka.schedulePollTask(
        () -> {
          arrivals.settle(P0, 0);
          kafka.takesMetadataUpTo(10);
          kafka.rebalance(List.of(P1));
        });

    await().until(() -> kafka.lastCommit(P0).offset() == 1);
  }

  @Test
  void aLogThatWasCutIsReadOnFromThere() {
    start(P0);
    for (long offset = 0; offset <= 3; offset++) {
      kafka.invite(P0, offset);
    }
    await().until(() -> arrivals.handled(P0).size() == 4);
    arrivals.settle(P0, 0);
    arrivals.settle(P0, 1);
    await().until(() -> kafka.lastCommit(P0).offset() == 2);

    kafka.schedulePollTask(
        () ->
            kafka.setPollException(
                new LogTruncationException(
                    "planted",
                    Map.of(P0, 4L),
                    Map.of(P0, new OffsetAndMetadata(3, Optional.of(7), "")))));
    kafka.invite(P0, 3);
    await().until(() -> arrivals.handlings(P0, 3) == 2);
    arrivals.settle(P0, 2);
    arrivals.settle(P0, 3);

    await().until(() -> kafka.lastCommit(P0).offset() == 4);
    assertThat(arrivals.handlings(P0, 0)).isEqualTo(1);
  }

  /** The next owner learns of a log that was cut since only by these. */
  @Test
  void theLeadersEpochGoesIntoTheCommitAndIntoItsNote() {
    start(P0);
    kafka.schedulePollTask(() -> kafka.addRecord(appendedInEpoch(5, 0)));
    await().until(() -> arrivals.handled(P0).size() == 1);
    arrivals.settle(P0, 0);

    await().until(() -> kafka.lastCommit(P0).offset() == 1);
    assertThat(kafka.lastCommit(P0).leaderEpoch()).hasValue(5);
    assertThat(kafka.lastNote(P0).epoch()).hasValue(5);
  }

  private static ConsumerRecord<byte[], byte[]> appendedInEpoch(int epoch, long offset) {
    ConsumerRecord<byte[], byte[]> plain = InviteConsumerFixture.record(P0, offset);
    return new ConsumerRecord<>(
        plain.topic(),
        plain.partition(),
        plain.offset(),
        plain.timestamp(),
        plain.timestampType(),
        plain.serializedKeySize(),
        plain.serializedValueSize(),
        plain.key(),
        plain.value(),
        plain.headers(),
        Optional.of(epoch));
  }

  /** Offsets 1 to 5, with 0 still open. */
  private static OffsetAndMetadata settledByTheFirst() {
    var settled = new SettledOffsets.Growing(SettledOffsets.NONE);
    for (long offset = 1; offset <= 5; offset++) {
      settled.add(offset);
    }
    return new OffsetAndMetadata(
        0,
        new CommitMetadata(Instant.now(), settled.first(CommitMetadata.MAX_RUNS), Optional.empty())
            .encode(0, CommitMetadata.MAX_LENGTH));
  }

  /** What was cut short is stored as a retry soon after. */
  private void cutShort() {
    cutShort.incrementAndGet();
    settleSoon(0);
  }

  private void settleSoon(long offset) {
    var _ =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    Thread.sleep(SOON);
                  } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                  }
                  arrivals.settle(P0, offset);
                });
  }

  private void start(TopicPartition... partitions) {
    intake.start();
    kafka.assign(partitions);
  }

  private double commits(String end) {
    return registry.get("ringpost.commits").tag("end", end).counter().count();
  }

  private InviteConsumer consumer(
      RecordingConsumer kafka, ArrivalHandler handler, Runnable cutShort) {
    return new InviteConsumer(
        new IntakeSettings(
            new IntakeSettings.Source.Fresh("call-invites"),
            "ringpost",
            10,
            100,
            false,
            new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
            IntakeSettings.GroupProtocol.CLASSIC,
            Map.of()),
        () -> kafka,
        () -> new Lease(Duration.ofSeconds(6), () -> 0),
        handler,
        cutShort,
        InstantSource.system(),
        new IntakeMeters(new Telemetry(registry), "invites"));
  }
}
