package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class OwnedPartitionsTest {

  private static final TopicPartition P0 = new TopicPartition("call-invites", 0);
  private static final Duration RING_MAX = Duration.ofSeconds(45);

  private final Instant now = Instant.parse("2026-11-24T10:00:00Z");
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RecordingConsumer kafka = new RecordingConsumer();
  private final OwnedPartitions owned = owned(() -> now);

  OwnedPartitionsTest() {
    kafka.assign(List.of(P0));
  }

  @Test
  void whatWasGivenAwayIsNotLostWhenKafkaSaysSoWhileWeLeave() {
    owned.onPartitionsAssigned(List.of(P0));
    owned.releaseAll(Duration.ZERO, () -> {}, Duration.ZERO);
    owned.onPartitionsLost(List.of(P0));

    assertThat(changes("lost")).isZero();
    assertThat(changes("revoked")).isEqualTo(1);
  }

  @Test
  void whatIsTakenFromUsIsLost() {
    owned.onPartitionsAssigned(List.of(P0));
    owned.onPartitionsLost(List.of(P0));

    assertThat(changes("lost")).isEqualTo(1);
    assertThat(owned.joined()).isFalse();
  }

  /** What is written after that, nobody would commit, and the next owner would ring it again. */
  @Test
  void theLastCommitOfARevokedPartitionIsMadeUpWhenNothingOfItMayRing() {
    List<Ticket> open = new ArrayList<>();
    List<Boolean> heldAtCommit = new ArrayList<>();
    OwnedPartitions leaving =
        owned(
            () -> {
              open.forEach(ticket -> heldAtCommit.add(ticket.held()));
              return now;
            });
    open.add(leaving.open(P0, 5, now, Optional.empty()));

    leaving.onPartitionsRevoked(List.of(P0));

    assertThat(heldAtCommit).isNotEmpty().containsOnly(false);
  }

  /** The answer to a push may be about to come. */
  @Test
  void whatIsInFlightIsWaitedForBeforeItIsCutShort() {
    List<Ticket> open = new ArrayList<>();
    var cutShort = new AtomicBoolean();
    var leaving =
        new OwnedPartitions(
            kafka,
            new Lease(Duration.ofSeconds(6), () -> 0),
            RING_MAX,
            () -> now,
            new IntakeMeters(new Telemetry(registry), "fresh"),
            () -> 0,
            _ -> open.forEach(Ticket::settle));
    open.add(leaving.open(P0, 5, now, Optional.empty()));
    assertThat(open.getFirst().begin()).isTrue();

    leaving.releaseAll(Duration.ofSeconds(1), () -> cutShort.set(true), Duration.ZERO);

    assertThat(cutShort).isFalse();
    assertThat(kafka.lastCommit(P0).offset()).isEqualTo(6);
  }

  @Test
  void whatTheLastCommitOfARevokedPartitionHasStoredIsCommitted() {
    Ticket settled = owned.open(P0, 5, now, Optional.empty());
    Ticket open = owned.open(P0, 6, now, Optional.empty());
    settled.settle();

    owned.onPartitionsRevoked(List.of(P0));

    assertThat(settled.committed()).isTrue();
    assertThat(open.committed()).isFalse();
  }

  @Test
  void whatALastCommitWithoutAnAnswerMayHaveStoredIsNotKnownToBeCommitted() {
    Ticket settled = owned.open(P0, 5, now, Optional.empty());
    settled.settle();
    kafka.beforeCommitSync(
        () -> {
          throw new TimeoutException("planted");
        });

    owned.onPartitionsRevoked(List.of(P0));

    assertThat(settled.committed()).isFalse();
  }

  /** Its next owner has read it again, though that is the same worker. */
  @Test
  void whatWasLostBeforeItsCommitIsNeverCommittedAlsoIfItsPartitionComesBack() {
    Ticket lost = owned.open(P0, 5, now, Optional.empty());
    lost.settle();
    owned.onPartitionsLost(List.of(P0));
    owned.onPartitionsAssigned(List.of(P0));
    Ticket readAgain = owned.open(P0, 5, now, Optional.empty());
    readAgain.settle();

    owned.commitIfDue(Set.of());

    assertThat(readAgain.committed()).isTrue();
    assertThat(lost.committed()).isFalse();
  }

  @Test
  void whatIsLostWhileItsCommitIsOnItsWayIsCommittedIfThatIsStored() {
    List<OffsetCommitCallback> answers = kafka.holdAnswers();
    Ticket settled = owned.open(P0, 5, now, Optional.empty());
    settled.settle();
    owned.commitIfDue(Set.of());
    owned.onPartitionsLost(List.of(P0));
    owned.onPartitionsAssigned(List.of(P0));
    Ticket readAgain = owned.open(P0, 5, now, Optional.empty());
    readAgain.settle();

    answers.getFirst().onComplete(Map.of(), null);

    assertThat(settled.committed()).isTrue();
    assertThat(readAgain.committed()).as("another ledger's").isFalse();
  }

  private OwnedPartitions owned(InstantSource clock) {
    return new OwnedPartitions(
        kafka,
        new Lease(Duration.ofSeconds(6), () -> 0),
        RING_MAX,
        clock,
        new IntakeMeters(new Telemetry(registry), "fresh"));
  }

  private double changes(String change) {
    return registry.get("ringpost.rebalances").tag("change", change).counter().count();
  }

  @Test
  void aPartitionThatNobodyHasReadIsReadAsFarBackAsACallRings() {
    owned.initialize(List.of(P0));

    assertThat(kafka.askedForTimes()).containsEntry(P0, now.minus(RING_MAX).toEpochMilli());
  }

  /**
   * Kafka dropped the oldest segment under a consumer: what is in flight still has to be settled.
   */
  @Test
  void aPartitionThatGoesOnFurtherAheadKeepsItsOpenTickets() {
    kafka.ends(P0, 50);
    Ticket open = owned.open(P0, 10, now, Optional.empty());

    assertThat(owned.initialize(List.of(P0))).isEmpty();

    PartitionLedger ledger = Objects.requireNonNull(owned.ledgers().get(P0));
    assertThat(open.held()).isTrue();
    assertThat(ledger.point().orElseThrow().offset()).isEqualTo(10);
    open.settle();
    assertThat(ledger.point().orElseThrow().offset()).isEqualTo(50);
  }

  @Test
  void whereAPartitionBeginsIsAskedLeaderByLeaderIfOneIsSilent() {
    var silent = new TopicPartition("call-invites", 1);
    kafka.assign(List.of(P0, silent));
    kafka.withoutLeader(silent);
    kafka.ends(P0, 9);

    assertThat(owned.initialize(List.of(P0, silent))).containsExactly(silent);
    assertThat(kafka.position(P0)).isEqualTo(9);
    assertThat(owned.ledgers()).containsOnlyKeys(P0);
  }

  @Test
  void anInviteThatComesWhileTheBeginningIsAskedForIsNotPassedOver() {
    kafka.ends(P0, 9);
    kafka.afterFirstAnswer(
        () -> {
          kafka.ends(P0, 10);
          kafka.young(P0, 9);
        });

    owned.initialize(List.of(P0));

    assertThat(kafka.position(P0)).isEqualTo(9);
  }

  @Test
  void whatIsInFlightRingsOnWhenItsPartitionIsReset() {
    kafka.ends(P0, 2);
    Ticket open = owned.open(P0, 5, now, Optional.empty());

    assertThat(owned.initialize(List.of(P0))).isEmpty();
    assertThat(open.held()).isTrue();

    owned.onPartitionsLost(List.of(P0));
    assertThat(open.held()).isFalse();
  }
}
