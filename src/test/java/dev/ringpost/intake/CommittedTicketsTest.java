package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.junit.jupiter.api.Test;

/** A ticket's word on its commit, by which it is told once that a phone rang. */
class CommittedTicketsTest {

  private static final TopicPartition P0 = new TopicPartition("call-invites", 0);
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final long HEAD = 5;

  /**
   * So far behind the head a note has room for one, whatever else is in it: 3,024 bytes less 20.
   */
  private static final int SURE_SPAN = 3004;

  private final RecordingConsumer kafka = new RecordingConsumer();
  private final PartitionLedger ledger =
      new PartitionLedger(
          new Ownership(new Lease(Duration.ofSeconds(6), () -> 0)), OptionalLong.of(HEAD));
  private final Ticket head = ledger.open(HEAD, NOW, Optional.empty());
  private long nanos;
  private final Commits commits =
      new Commits(
          kafka,
          Map.of(P0, ledger),
          () -> NOW,
          new IntakeMeters(new Telemetry(new SimpleMeterRegistry()), "fresh"),
          () -> nanos);

  CommittedTicketsTest() {
    kafka.assign(List.of(P0));
  }

  @Test
  void aTicketIsCommittedOnceKafkaHasSaidSo() {
    List<OffsetCommitCallback> answers = kafka.holdAnswers();
    Ticket next = settled(HEAD + 1);
    assertThat(next.committed()).as("settled").isFalse();
    commit();
    assertThat(next.committed()).as("sent").isFalse();

    answers.getFirst().onComplete(Map.of(), null);
    assertThat(next.committed()).as("noted beyond the head").isTrue();
    assertThat(head.committed()).isFalse();

    head.settle();
    commit();
    answers.getLast().onComplete(Map.of(), null);
    assertThat(head.committed()).isTrue();
    assertThat(next.committed()).isTrue();
  }

  @Test
  void aCommitThatFailedStoresNothing() {
    List<OffsetCommitCallback> answers = kafka.holdAnswers();
    Ticket next = settled(HEAD + 1);
    commit();
    answers.getFirst().onComplete(Map.of(), new RebalanceInProgressException("planted"));
    assertThat(next.committed()).isFalse();

    commit();
    answers.getLast().onComplete(Map.of(), null);
    assertThat(next.committed()).isTrue();
  }

  /** What is answered last may have been stored last, whatever was sent last. */
  @Test
  void ofCommitsThatAreAnsweredOutOfOrderTheLastAnswerCounts() {
    List<OffsetCommitCallback> answers = kafka.holdAnswers();
    Ticket first = settled(HEAD + 1);
    commit();
    Ticket second = settled(HEAD + 2);
    commit();
    answers.get(1).onComplete(Map.of(), null);
    assertThat(second.committed()).isTrue();

    answers.get(0).onComplete(Map.of(), null);
    assertThat(first.committed()).isTrue();
    assertThat(second.committed()).isFalse();

    nanos += Commits.SIGN_OF_LIFE.toNanos();
    commits.commitIfDue(Set.of());
    answers.getLast().onComplete(Map.of(), null);
    assertThat(second.committed()).isTrue();
  }

  @Test
  void whatDidNotFitIntoTheNoteIsNotCommitted() {
    List<Ticket> tickets = new ArrayList<>();
    for (long offset = HEAD + 1; offset < 2000; offset += 2) {
      tickets.add(settled(offset));
      Ticket _ = open(offset + 1);
    }
    kafka.takesMetadataUpTo(300);
    for (int time = 0; time < CommitMetadata.MAX_LENGTH; time += 300) {
      commit();
    }

    SettledOffsets noted = kafka.lastNote(P0).settled();
    assertThat(noted.contains(HEAD + 1)).isTrue();
    assertThat(tickets).filteredOn(Ticket::committed).allMatch(it -> noted.contains(it.offset()));
    assertThat(tickets.stream().filter(Ticket::committed))
        .as("all but the last of those noted, at most")
        .hasSizeGreaterThanOrEqualTo(noted.runs().size() - 1);
    assertThat(tickets.getLast().committed()).isFalse();
  }

  @Test
  void whatANoteMayHaveNoRoomForLaterIsCommittedWithItsOffset() {
    Ticket near = settled(HEAD + SURE_SPAN - 1);
    Ticket far = settled(HEAD + SURE_SPAN + 1);
    commit();
    assertThat(kafka.lastNote(P0).settled().contains(far.offset())).isTrue();
    assertThat(near.committed()).isTrue();
    assertThat(far.committed()).isFalse();

    head.settle();
    commit();
    assertThat(far.committed()).isTrue();
  }

  @Test
  void howFarItLiesBehindASlowHeadIsNothingWhereAllBetweenIsSettled() {
    for (long offset = HEAD + 1; offset < HEAD + 3L * SURE_SPAN; offset++) {
      Ticket _ = settled(offset);
    }
    Ticket far = settled(HEAD + 3L * SURE_SPAN);
    commit();

    assertThat(far.committed()).isTrue();
  }

  /** For what settles one by one before it takes that room. */
  @Test
  void afterARefusalNotesHaveLessRoomAndLessIsSure() {
    List<Ticket> between = new ArrayList<>();
    for (long offset = HEAD + 1; offset < HEAD + 2000; offset += 2) {
      Ticket _ = settled(offset);
      between.add(open(offset + 1));
    }
    kafka.takesMetadataUpTo(300);
    for (int time = 0; time < CommitMetadata.MAX_LENGTH; time += 300) {
      commit();
    }
    between.forEach(Ticket::settle);
    for (long offset = HEAD + 2001; offset < HEAD + 2501; offset++) {
      Ticket _ = open(offset);
    }
    Ticket far = settled(HEAD + 2501);
    commit();

    assertThat(kafka.lastNote(P0).settled().contains(far.offset())).isTrue();
    assertThat(between.getLast().committed()).isTrue();
    assertThat(far.committed()).isFalse();
  }

  @Test
  void whatWasCommittedOfALogThatWasCutSaysNothingOfWhatStandsThereNow() {
    List<OffsetCommitCallback> answers = kafka.holdAnswers();
    Ticket gone = settled(HEAD + 1);
    head.settle();
    commit();
    answers.getFirst().onComplete(Map.of(), null);
    assertThat(gone.committed()).isTrue();
    nanos += Commits.SIGN_OF_LIFE.toNanos();
    commit();

    ledger.cutAt(HEAD);
    Ticket there = open(HEAD);
    assertThat(there.committed()).as("by what was stored before the cut").isFalse();
    answers.getLast().onComplete(Map.of(), null);
    assertThat(there.committed()).as("by what was on its way").isFalse();
  }

  /** However much settles one by one before it. */
  @Test
  void whatIsCommittedStandsInEachLaterNote() {
    List<Ticket> every = new ArrayList<>();
    for (long offset = HEAD + 1; offset < HEAD + SURE_SPAN - 1; offset++) {
      every.add(open(offset));
    }
    Ticket near = settled(HEAD + SURE_SPAN - 1);
    commit();
    assertThat(near.committed()).isTrue();

    for (int i = 0; i < every.size(); i += 2) {
      every.get(i).settle();
    }
    commit();

    assertThat(kafka.lastNote(P0).settled().contains(near.offset())).isTrue();
    assertThat(near.committed()).isTrue();
  }

  private Ticket open(long offset) {
    return ledger.open(offset, NOW, Optional.empty());
  }

  private Ticket settled(long offset) {
    Ticket ticket = open(offset);
    ticket.settle();
    return ticket;
  }

  private void commit() {
    nanos += Commits.COMMIT_INTERVAL.toNanos();
    commits.commitIfDue(Set.of());
  }
}
