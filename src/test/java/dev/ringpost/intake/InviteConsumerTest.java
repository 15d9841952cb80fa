package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The consumer's loop against Kafka's own mock: what it commits, pauses and gives away, when. */
@Execution(ExecutionMode.CONCURRENT)
class InviteConsumerTest {

  private static final String TOPIC = InviteConsumerFixture.TOPIC;
  private static final TopicPartition P0 = new TopicPartition(TOPIC, 0);
  private static final TopicPartition P1 = new TopicPartition(TOPIC, 1);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Queue<RecordingConsumer> made = new ArrayDeque<>();
  private final HeldArrivals arrivals = new HeldArrivals();
  private @Nullable InviteConsumer intake;

  @AfterEach
  void closeIntake() {
    arrivals.settleAll();
    if (intake != null) {
      intake.close();
    }
  }

  @Test
  void settledOffsetsAreCommittedAndNothingBehindAnOpenOne() {
    RecordingConsumer kafka = start(100, 100, P0);
    kafka.invite(P0, 0);
    kafka.invite(P0, 1);
    kafka.invite(P0, 2);
    await().until(() -> arrivals.handled(P0).size() == 3);

    arrivals.settle(P0, 1);
    await().until(() -> kafka.lastNote(P0).settled().contains(1));
    assertThat(kafka.lastCommit(P0).offset()).isZero();

    arrivals.settle(P0, 0);
    await().until(() -> kafka.lastCommit(P0).offset() == 2);
    assertThat(kafka.lastNote(P0).settled()).isEqualTo(SettledOffsets.NONE);
  }

  /** Such as the markers of transactions: the group's lag would stay at one for ever. */
  @Test
  void whatIsNoRecordBehindTheLastOneIsCommittedToo() {
    RecordingConsumer kafka = start(100, 100, P0);
    kafka.invite(P0, 0);
    kafka.schedulePollTask(() -> kafka.seek(P0, 2));
    await().until(() -> arrivals.handled(P0).size() == 1);

    arrivals.settle(P0, 0);
    await().until(() -> kafka.lastCommit(P0).offset() == 2);
  }

  @Test
  void aPartitionWithoutNewsIsCommittedAsASignOfLife() {
    var kafka = new RecordingConsumer();
    kafka.seed(P0, new OffsetAndMetadata(7));
    start(kafka, 100, 100, P0);
    await().until(() -> kafka.commits(P0).size() >= 2);
    assertThat(kafka.commits(P0)).allMatch(commit -> commit.offset() == 7);
  }

  @Test
  void aPartitionThatNobodyHasReadBeginsWithWhatIsYoung() {
    var kafka = new RecordingConsumer();
    kafka.ends(P0, 9);
    kafka.young(P0, 4);
    start(kafka, 100, 100, P0);
    kafka.invite(P0, 3);
    kafka.invite(P0, 4);

    await().until(() -> arrivals.handled(P0).size() == 1);
    assertThat(arrivals.handled(P0)).containsExactly(4L);
  }

  @Test
  void aPartitionThatNobodyHasReadAndWhereNothingIsYoungBeginsAtItsEndAtOnce() {
    var kafka = new RecordingConsumer();
    kafka.ends(P0, 9);
    start(kafka, 100, 100, P0);

    await().until(() -> kafka.lastCommit(P0).offset() == 9);
    kafka.invite(P0, 9);
    await().until(() -> arrivals.handled(P0).size() == 1);
  }

  @Test
  void whatAFormerOwnerSettledIsNotHandledAgain() {
    var settled = new SettledOffsets(new TreeMap<>(Map.of(1L, 2L)));
    var kafka = new RecordingConsumer();
    String note =
        new CommitMetadata(Instant.now(), settled, Optional.empty())
            .encode(0, CommitMetadata.MAX_LENGTH);
    kafka.seed(P0, new OffsetAndMetadata(0, note));
    start(kafka, 100, 100, P0);

    kafka.invite(P0, 0);
    kafka.invite(P0, 1);
    kafka.invite(P0, 2);

    await().until(() -> arrivals.handled(P0).size() == 2);
    assertThat(arrivals.handled(P0)).containsExactly(0L, 2L);
    arrivals.settle(P0, 0);
    await().until(() -> kafka.lastCommit(P0).offset() == 2);
    assertThat(registry.get("ringpost.partition.ownerless").timer().count()).isEqualTo(1);
  }

  @Test
  void whenThePlacesAreTakenReadingRestsAndTheLoopTurnsOn() {
    RecordingConsumer kafka = start(2, 100, P0, P1);
    for (int offset = 0; offset < 5; offset++) {
      kafka.invite(P0, offset);
    }
    await().until(() -> kafka.pausedNow().equals(Set.of(P0, P1)));
    await().until(() -> arrivals.handled(P0).size() == 2);
    int polls = kafka.polls();
    await().until(() -> kafka.polls() > polls + 3);

    // Handing over to the outbox gives the place back, whether or not the offset is settled.
    arrivals.finishAll();
    await().until(() -> kafka.pausedNow().isEmpty());
    await().until(() -> arrivals.handled(P0).size() == 5);
  }

  @Test
  void aFullLedgerPausesItsOwnPartitionOnly() {
    arrivals.finishAll();
    RecordingConsumer kafka = start(100, 4, P0, P1);
    for (int offset = 0; offset < 4; offset++) {
      kafka.invite(P0, offset);
    }
    await().until(() -> kafka.pausedNow().equals(Set.of(P0)));

    kafka.invite(P1, 0);
    await().until(() -> arrivals.handled(P1).size() == 1);

    arrivals.settle(P0, 0);
    arrivals.settle(P0, 1);
    await().until(() -> kafka.pausedNow().isEmpty());
  }

  @Test
  void aRevokedPartitionIsWaitedForThenCommittedThenGone() {
    RecordingConsumer kafka = start(100, 100, P0, P1);
    kafka.invite(P0, 0);
    kafka.invite(P0, 1);
    await().until(() -> arrivals.handled(P0).size() == 2);
    BooleanSupplier held = arrivals.held(P0, 1);

    kafka.rebalanceTo(P1);
    arrivals.settle(P0, 0);
    await().until(() -> !held.getAsBoolean());
    await().until(() -> kafka.lastCommit(P0).offset() == 1);

    arrivals.settle(P0, 1);
    kafka.invite(P1, 0);
    await().until(() -> arrivals.handled(P1).size() == 1);
    assertThat(kafka.lastCommit(P0).offset()).as("settled after it was given away").isEqualTo(1);
  }

  @Test
  void anInviteThatWaitsForAPlaceDoesNotBeginOnceItsPartitionIsGivenAway() {
    RecordingConsumer kafka = start(1, 100, P0, P1);
    kafka.invite(P0, 0);
    kafka.invite(P0, 1);
    await().until(() -> arrivals.handled(P0).size() == 1);

    kafka.rebalanceTo(P1);
    await().until(() -> !arrivals.held(P0, 0).getAsBoolean());
    arrivals.finishAll();
    kafka.invite(P1, 0);

    await().until(() -> arrivals.handled(P1).size() == 1);
    assertThat(arrivals.handled(P0)).containsExactly(0L);
  }

  @Test
  void closingWaitsForWhatIsInFlightThenCommitsAndLeaves() {
    RecordingConsumer kafka = start(100, 100, P0);
    kafka.invite(P0, 0);
    kafka.invite(P0, 1);
    await().until(() -> arrivals.handled(P0).size() == 2);
    BooleanSupplier held = arrivals.held(P0, 1);
    arrivals.settle(P0, 0);

    Objects.requireNonNull(intake).close();

    assertThat(kafka.closed()).isTrue();
    assertThat(held.getAsBoolean()).isFalse();
    assertThat(kafka.lastCommit(P0).offset()).isEqualTo(1);
  }

  @Test
  void aWakeUpDoesNotCostTheLastCommit() {
    RecordingConsumer kafka = start(100, 100, P0);
    kafka.invite(P0, 0);
    await().until(() -> arrivals.handled(P0).size() == 1);
    kafka.refuseCommits();
    kafka.wakeUpAtSecondCommit(() -> arrivals.settle(P0, 0));

    Objects.requireNonNull(intake).close();

    assertThat(kafka.lastCommit(P0).offset()).isEqualTo(1);
  }

  @Test
  void aCommitThatFailsCostsNoConsumer() {
    RecordingConsumer kafka = start(100, 100, P0);
    kafka.refuseCommits();
    kafka.invite(P0, 0);
    await().until(() -> arrivals.handled(P0).size() == 1);
    arrivals.settle(P0, 0);
    var failed = registry.get("ringpost.commits").tag("end", "failed").counter();
    double before = failed.count();

    await().until(() -> failed.count() > before);
    int polls = kafka.polls();
    await().until(() -> kafka.polls() > polls + 3);
    assertThat(kafka.closed()).isFalse();
  }

  @Test
  void aHandlerThatThrowsCostsItsInviteAndDoesNotHoldThePartition() {
    arrivals.throwAt(P0, 0);
    RecordingConsumer kafka = start(1, 100, P0);
    kafka.invite(P0, 0);
    kafka.invite(P0, 1);
    await().until(() -> arrivals.handled(P0).contains(1L));
    arrivals.settle(P0, 1);

    await().until(() -> kafka.lastCommit(P0).offset() == 2);
    assertThat(registry.get("ringpost.invites.given.up").counter().count()).isEqualTo(1);
  }

  @Test
  void aLoneInviteWithFreePlacesPausesNothing() {
    RecordingConsumer kafka = start(10, 100, P0, P1);
    for (int offset = 0; offset < 5; offset++) {
      kafka.invite(P0, offset);
    }
    await().until(() -> arrivals.handled(P0).size() == 5);
    arrivals.finishAll();

    assertThat(kafka.everPaused()).isFalse();
  }

  @Test
  void aPartitionWithoutALeaderWaitsAloneUntilItIsKnownWhereItBegins() {
    var kafka = new RecordingConsumer();
    kafka.withoutLeader(P0);
    kafka.ends(P0, 9);
    kafka.ends(P1, 7);
    start(kafka, 100, 100, P0, P1);

    await().until(() -> kafka.lastCommit(P1).offset() == 7);
    await().until(() -> kafka.pausedNow().equals(Set.of(P0)));
    kafka.invite(P1, 7);
    await().until(() -> arrivals.handled(P1).size() == 1);
    assertThat(kafka.commits(P0)).isEmpty();
    assertThat(blocked("start")).isEqualTo(1);

    kafka.withLeaders();
    await().until(() -> kafka.lastCommit(P0).offset() == 9);
    await().until(() -> blocked("start") == 0);
    assertThat(kafka.closed()).isFalse();
  }

  private double blocked(String obstacle) {
    return registry.get("ringpost.partitions.blocked").tag("obstacle", obstacle).gauge().value();
  }

  @Test
  void closingWhatNeverStartedIsNothing() {
    start(new RecordingConsumer(), 100, 100, P0);
    InviteConsumer unstarted = InviteConsumerFixture.of(100, 100, made, arrivals, registry);

    unstarted.close();

    assertThat(unstarted.joined()).isFalse();
  }

  @Test
  void aConsumerThatFailsIsMadeAnew() {
    RecordingConsumer first = start(100, 100, P0);
    var second = new RecordingConsumer();
    made.add(second);
    first.schedulePollTask(() -> first.setPollException(new KafkaException("planted")));

    await().until(first::closed);
    second.assign(P0);
    second.invite(P0, 0);
    await().until(() -> arrivals.handled(P0).size() == 1);
  }

  @Test
  void aTopicThatWasMadeAnewIsReadFromWhereItStarts() {
    RecordingConsumer kafka = start(100, 100, P0);
    kafka.invite(P0, 41);
    await().until(() -> arrivals.handled(P0).size() == 1);
    BooleanSupplier old = arrivals.held(P0, 41);

    kafka.schedulePollTask(() -> kafka.seek(P0, 0));
    kafka.invite(P0, 0);
    await().until(() -> arrivals.handled(P0).size() == 2);

    assertThat(old.getAsBoolean()).as("nobody else reads it, so it rings on").isTrue();
    arrivals.settle(P0, 0);
    await().until(() -> kafka.lastCommit(P0).offset() == 1);
  }

  private RecordingConsumer start(int maxInFlight, int ledgerSpan, TopicPartition... assigned) {
    return start(new RecordingConsumer(), maxInFlight, ledgerSpan, assigned);
  }

  private RecordingConsumer start(
      RecordingConsumer kafka, int maxInFlight, int ledgerSpan, TopicPartition... assigned) {
    made.add(kafka);
    intake = InviteConsumerFixture.of(maxInFlight, ledgerSpan, made, arrivals, registry);
    intake.start();
    kafka.assign(assigned);
    return kafka;
  }
}
