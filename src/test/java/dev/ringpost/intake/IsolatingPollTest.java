package dev.ringpost.intake;

import static dev.ringpost.intake.UnreadableConsumer.BAD;
import static dev.ringpost.intake.UnreadableConsumer.GOOD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringpost.events.InviteDecoder;
import dev.ringpost.events.RingSettings;
import dev.ringpost.intake.UnreadableConsumer.Failure;
import dev.ringpost.intake.waiting.DelayGate;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.IntakeMeters.Obstacle;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(10)
class IsolatingPollTest {

  private static final Duration LONG = BlockedPartitions.TRY_INTERVAL.plusMillis(1);

  private final AtomicLong nanos = new AtomicLong();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final IntakeMeters meters = new IntakeMeters(new Telemetry(registry), "invites");
  private final BlockedPartitions blocked = new BlockedPartitions(meters, nanos::get);
  private final PauseControl brake = new PauseControl(100, new DelayGate(nanos::get), blocked);
  private final List<Long> handedOut = new ArrayList<>();
  private final List<Long> handedOutOfBad = new ArrayList<>();
  private final List<Long> skipped = new ArrayList<>();
  private boolean ladder;

  @ParameterizedTest
  @EnumSource
  void aRecordThatCannotBeHandedOutHoldsUpItsOwnPartitionOnly(Failure failure) {
    var kafka = new UnreadableConsumer(failure, 7, 9);
    turns(kafka, false, 3);
    for (int offset = 0; offset < 5; offset++) {
      kafka.add(GOOD, offset);
    }
    turns(kafka, false, 3);

    assertThat(handedOut).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(blocked.count(Obstacle.RECORD)).isEqualTo(1);
    assertThat(
            registry.get("ringpost.partition.blocks").tag("obstacle", "record").counter().count())
        .isEqualTo(1);
    assertThat(skipped).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void itIsFetchedAgainNowAndThenAndReadOnceItCanBe(Failure failure) {
    var kafka = new UnreadableConsumer(failure, 7, 8);
    kafka.add(BAD, 7);
    kafka.add(BAD, 8);
    turns(kafka, false, 5);
    assertThat(kafka.fetches()).isEqualTo(1);
    nanos.addAndGet(LONG.toNanos());
    turns(kafka, false, 5);
    assertThat(kafka.fetches()).isEqualTo(2);
    assertThat(handedOutOfBad).isEmpty();

    kafka.heal();
    nanos.addAndGet(LONG.toNanos());
    turns(kafka, false, 5);

    assertThat(handedOutOfBad).containsExactly(7L, 8L);
    assertThat(blocked.count(Obstacle.RECORD)).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = "CODEC", mode = EnumSource.Mode.EXCLUDE)
  void bySettingItIsGonePastAfterItsSecondFetchAndSoIsTheRestOfItsBatch(Failure failure) {
    var kafka = new UnreadableConsumer(failure, 7, 10);
    kafka.add(BAD, 10);
    turns(kafka, true, 5);
    assertThat(skipped).isEmpty();

    nanos.addAndGet(LONG.toNanos());
    turns(kafka, true, 10);

    assertThat(skipped).containsExactly(7L, 8L, 9L);
    assertThat(handedOutOfBad).containsExactly(10L);
    assertThat(blocked.count(Obstacle.RECORD)).isZero();
  }

  @Test
  void noRecordIsGivenUpForWantOfACodec() {
    var kafka = new UnreadableConsumer(Failure.CODEC, 7, 9);
    for (int tries = 0; tries < 5; tries++) {
      turns(kafka, true, 5);
      nanos.addAndGet(LONG.toNanos());
    }

    assertThat(kafka.fetches()).isGreaterThanOrEqualTo(5);
    assertThat(skipped).isEmpty();
  }

  @Test
  void whatIsBlockedIsNotCommittedPast() {
    var kafka = new UnreadableConsumer(Failure.NAMED, 7, 9);
    var owned = owned(kafka);
    owned.open(BAD, 6, Instant.EPOCH, Optional.empty()).settle();
    var poll = poll(kafka, owned, false);
    for (int turn = 0; turn < 20; turn++) {
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
      turn(kafka, owned, poll);
      PartitionLedger ledger = Objects.requireNonNull(owned.ledgers().get(BAD));
      assertThat(ledger.point().orElseThrow().offset()).isEqualTo(7);
    }
  }

  @Test
  void oneTopicWithoutRightsDoesNotStopTheOthersOfALadder() {
    var kafka = new UnreadableConsumer(Failure.NAMED, 7, 7);
    var without = new TopicPartition("call-invites.retry-2", 0);
    kafka.assign(List.of(GOOD, without));
    kafka.seek(GOOD, 0);
    kafka.seek(without, 0);
    kafka.add(GOOD, 0);
    ladder = true;
    kafka.schedulePollTask(
        () -> kafka.setPollException(new TopicAuthorizationException(Set.of(without.topic()))));

    turns(kafka, false, 3);

    assertThat(kafka.paused()).containsExactly(without);
    assertThat(handedOut).containsExactly(0L);
    assertThat(blocked.count(Obstacle.RIGHTS)).isEqualTo(1);
    assertThat(blocked.uncommittable()).containsExactly(without);
  }

  @Test
  void theOnlyTopicWithoutRightsIsNoOnesTroubleButTheConsumers() {
    var kafka = new UnreadableConsumer(Failure.NAMED, 7, 7);
    kafka.schedulePollTask(
        () -> kafka.setPollException(new TopicAuthorizationException(Set.of(GOOD.topic()))));

    assertThatThrownBy(() -> turns(kafka, false, 1))
        .isInstanceOf(TopicAuthorizationException.class);
  }

  @Test
  void whereTheLogWasCutNoRecordThatIsGoneIsWaitedFor() {
    var kafka = new UnreadableConsumer(Failure.NAMED, 7, 9);
    OwnedPartitions owned = owned(kafka);
    IsolatingPoll poll = poll(kafka, owned, false);
    turn(kafka, owned, poll);
    assertThat(blocked.count(Obstacle.RECORD)).isEqualTo(1);
    kafka.heal();
    kafka.schedulePollTask(
        () ->
            kafka.setPollException(
                new LogTruncationException(
                    Map.of(BAD, 7L), Map.of(BAD, new OffsetAndMetadata(5)))));
    turn(kafka, owned, poll);
    nanos.addAndGet(LONG.toNanos());
    kafka.add(BAD, 5);
    turn(kafka, owned, poll);

    assertThat(handedOutOfBad).containsExactly(5L);
  }

  @Test
  void whereAPartitionComesBackItIsReadFromWhereItsGroupIs() {
    var kafka = new UnreadableConsumer(Failure.NAMED, 7, 9);
    OwnedPartitions owned = owned(kafka);
    IsolatingPoll poll = poll(kafka, owned, false);
    turn(kafka, owned, poll);
    kafka.heal();
    poll.onPartitionsLost(Set.of(BAD));
    poll.onPartitionsAssigned(Set.of(BAD));
    kafka.seek(BAD, 3);
    nanos.addAndGet(LONG.toNanos());
    kafka.add(BAD, 3);
    turn(kafka, owned, poll);

    assertThat(handedOutOfBad).containsExactly(3L);
  }

  /** A position that is compared with the log after an election is not the beginning. */
  @Test
  void whileABadFetchIsSoughtNobodyIsMovedWhosePositionIsNotKnown() {
    var kafka = new UnreadableConsumer(Failure.NAMELESS, 7, 9);
    kafka.seek(GOOD, 4);
    kafka.withoutPosition(GOOD);
    turns(kafka, false, 3);

    assertThat(kafka.position(GOOD)).isEqualTo(4);
    assertThat(blocked.count(Obstacle.RECORD)).isEqualTo(1);
  }

  @Test
  void whatConcernsNoPartitionIsThrown() {
    var kafka = new UnreadableConsumer(Failure.NAMED, 7, 7);
    kafka.schedulePollTask(() -> kafka.setPollException(new KafkaException("planted")));

    assertThatThrownBy(() -> turns(kafka, false, 1)).hasMessage("planted");
  }

  @Test
  void whatRetentionHasRemovedUnreadIsCounted() {
    var kafka = new UnreadableConsumer(Failure.NAMED, 7, 7);
    outOfRange(kafka, 0);
    turns(kafka, false, 3);

    assertThat(kafka.position(GOOD)).isEqualTo(250);
    assertThat(removedUnread()).isEqualTo(250);
  }

  @Test
  void aLogThatWasCutHasRemovedNothingUnread() {
    var kafka = new UnreadableConsumer(Failure.NAMED, 7, 7);
    outOfRange(kafka, 300);
    turns(kafka, false, 3);

    assertThat(kafka.position(GOOD)).isEqualTo(250);
    assertThat(removedUnread()).isZero();
  }

  /** The log ends at 250, and has nothing at an offset. */
  private static void outOfRange(UnreadableConsumer kafka, long offset) {
    kafka.seek(GOOD, offset);
    kafka.updateEndOffsets(Map.of(GOOD, 250L, BAD, 7L));
    kafka.schedulePollTask(
        () -> kafka.setPollException(new OffsetOutOfRangeException(Map.of(GOOD, offset))));
  }

  private double removedUnread() {
    return registry
        .get("ringpost.records.removed.unread")
        .tag("source", "invites")
        .counter()
        .count();
  }

  private void turns(UnreadableConsumer kafka, boolean skip, int turns) {
    OwnedPartitions owned = owned(kafka);
    IsolatingPoll poll = poll(kafka, owned, skip);
    for (int turn = 0; turn < turns; turn++) {
      turn(kafka, owned, poll);
    }
  }

  private void turn(UnreadableConsumer kafka, OwnedPartitions owned, IsolatingPoll poll) {
    poll.prepare();
    brake.apply(kafka, owned, false);
    ConsumerRecords<byte[], byte[]> records = poll.poll(Duration.ZERO);
    for (ConsumerRecord<byte[], byte[]> record : records.records(GOOD)) {
      handedOut.add(record.offset());
    }
    for (ConsumerRecord<byte[], byte[]> record : records.records(BAD)) {
      handedOutOfBad.add(record.offset());
    }
  }

  private OwnedPartitions owned(UnreadableConsumer kafka) {
    return new OwnedPartitions(
        kafka,
        new Lease(Duration.ofSeconds(6), () -> 0),
        Duration.ofMinutes(2),
        () -> Instant.EPOCH,
        meters);
  }

  private IsolatingPoll poll(UnreadableConsumer kafka, OwnedPartitions owned, boolean skip) {
    var decoder = new InviteDecoder(SETTINGS, new InviteOddities(meters));
    Subscription door =
        ladder
            ? new RetrySubscription(
                new IntakeSettings.Source.Retries("call-invites.retry-", List.of(LONG)), decoder)
            : new FreshSubscription("call-invites", decoder);
    IsolatingPoll.Skipped skipping = (_, offset, _) -> skipped.add(offset);
    return new IsolatingPoll(
        kafka,
        owned,
        blocked,
        door,
        skip ? Optional.of(skipping) : Optional.empty(),
        meters::removedUnread);
  }

  private static final RingSettings SETTINGS =
      new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call");
}
