package dev.ringpost.outbox;

import static dev.ringpost.outbox.OutboxFixture.DEAD;
import static dev.ringpost.outbox.OutboxFixture.FLAW;
import static dev.ringpost.outbox.OutboxFixture.RESULTS;
import static dev.ringpost.outbox.OutboxFixture.assertStored;
import static dev.ringpost.outbox.OutboxFixture.deadLetter;
import static dev.ringpost.outbox.OutboxFixture.settled;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Envelope;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.testing.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The outbox from outside: what can be seen of it, what it holds at most, and how it ends. */
class KafkaOutboxBoundsTest {

  private final OutboxFixture fixture = new OutboxFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void anOutputIsRefusedOnceItsOldestRecordWaitsTooLong() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.refuse(RESULTS, new TimeoutException("no such topic"));
    KafkaOutbox outbox = fixture.open(producer);
    CompletableFuture<Void> done = outbox.store(settled(Verdict.ACCEPTED));
    await().until(() -> producer.sends(RESULTS) > 0);

    assertThat(outbox.refused()).isEmpty();
    fixture.clock().advance(TopicQueue.REFUSED_AFTER);
    await()
        .untilAsserted(
            () ->
                assertThat(outbox.refused())
                    .containsExactly(
                        new RefusedOutput(
                            RESULTS, Samples.NOW, "TimeoutException: no such topic")));

    producer.refuseNoMore(RESULTS);
    assertStored(done);
    assertThat(outbox.refused()).isEmpty();
  }

  @Test
  void anOutputThatGetsNoAnswerIsRefusedToo() {
    KafkaOutbox outbox = fixture.open(ScriptedProducer.silent());
    CompletableFuture<Void> done = outbox.store(settled(Verdict.ACCEPTED));

    fixture.clock().advance(TopicQueue.REFUSED_AFTER);

    assertThat(outbox.refused())
        .containsExactly(new RefusedOutput(RESULTS, Samples.NOW, "Kafka has not answered"));
    assertThat(done).isNotDone();
  }

  @Test
  void waitingRecordsAreCountedByKind() {
    ScriptedProducer producer = ScriptedProducer.silent();
    CompletableFuture<Void> done = fixture.open(producer).store(deadLetter(Samples.invited()));

    assertThat(fixture.waiting("result")).isEqualTo(1);
    assertThat(fixture.waiting("dead_letter")).isEqualTo(1);
    await().until(producer::completeNext);
    await().until(producer::completeNext);

    assertStored(done);
    assertThat(fixture.waiting("result")).isZero();
    assertThat(fixture.waiting("dead_letter")).isZero();
  }

  @Test
  void theProducerNeverHoldsMoreOfOneOutputThanItsShare() {
    ScriptedProducer producer = ScriptedProducer.silent();
    KafkaOutbox outbox = fixture.open(producer);
    byte[] large = new byte[TopicQueue.MAX_FLYING_BYTES / 4];
    var arrival = new Arrival.Malformed(Samples.envelope(large), FLAW, Optional.empty());
    List<CompletableFuture<Void>> stored = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      stored.add(outbox.store(deadLetter(arrival)));
    }

    await().until(() -> producer.sends(DEAD) == 3);
    for (int landed = 1; landed <= 5; landed++) {
      assertThat(producer.completeNext()).isTrue();
      int expected = 3 + landed;
      await().until(() -> producer.sends(DEAD) == expected);
    }
    producer.flush();
    stored.forEach(OutboxFixture::assertStored);
  }

  /**
   * Of those that have a leader phones must go on ringing: their invites wait for what is stored.
   */
  @Test
  void aPartitionWithoutALeaderHoldsUpNoOther() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.leaderless(DEAD, 4);
    KafkaOutbox outbox = fixture.open(producer);
    assertStored(outbox.store(letter("1", 1)));
    List<CompletableFuture<Void>> stuck = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      stuck.add(outbox.store(letter("0", TopicQueue.MAX_FLYING_BYTES / 4)));
    }

    assertStored(outbox.store(letter("1", 1)));
    assertThat(stuck).noneMatch(CompletableFuture::isDone);
  }

  /** As at a start under load: more is there whenever the next record is looked for. */
  @Test
  void howManyPartitionsThereAreIsAskedAlsoWhileRecordsComeWithoutAPause() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.leaderless(DEAD, 4);
    KafkaOutbox outbox = fixture.open(producer);
    List<CompletableFuture<Void>> stuck = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> first = outbox.store(letter("1", 1));
    CompletableFuture<Void> others =
        first.thenRun(
            () -> {
              for (int i = 0; i < 8; i++) {
                stuck.add(outbox.store(letter("0", TopicQueue.MAX_FLYING_BYTES / 4)));
              }
            });
    assertStored(others);

    assertStored(outbox.store(letter("1", 1)));
    assertThat(stuck).hasSize(8).noneMatch(CompletableFuture::isDone);
  }

  private static Decision letter(String key, int bytes) {
    Envelope plain = Samples.envelope(new byte[bytes]);
    var envelope = new Envelope(plain.origin(), key.getBytes(UTF_8), plain.value(), List.of());
    return deadLetter(new Arrival.Malformed(envelope, FLAW, Optional.empty()));
  }

  @Test
  void aRecordLargerThanTheShareGoesAlone() {
    ScriptedProducer producer = ScriptedProducer.willing();
    byte[] huge = new byte[TopicQueue.MAX_FLYING_BYTES + 1];
    var arrival = new Arrival.Malformed(Samples.envelope(huge), FLAW, Optional.empty());

    assertStored(fixture.open(producer).store(deadLetter(arrival)));
  }

  @Test
  void closingStoresWhatCanBeStored() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.block(RESULTS);
    KafkaOutbox outbox = fixture.open(producer);
    CompletableFuture<Void> result = outbox.store(settled(Verdict.ACCEPTED));
    producer.blockNoMore(RESULTS);

    outbox.close(Duration.ofSeconds(30));

    assertThat(result).isCompleted();
    assertThat(producer.closed()).isTrue();
    assertThat(outbox.alive()).isFalse();
  }

  @Test
  void closingEndsWithItsBudgetAndWhatIsNotStoredNeverCompletes() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.block(RESULTS);
    producer.refuse(DEAD, new TimeoutException("no such topic"));
    KafkaOutbox outbox = fixture.open(producer);
    CompletableFuture<Void> done = outbox.store(deadLetter(Samples.invited()));
    await().until(() -> producer.sends(RESULTS) + producer.sends(DEAD) > 1);

    outbox.close(Duration.ofMillis(100));

    assertThat(outbox.alive()).isFalse();
    assertThat(producer.closed()).isTrue();
    assertThat(done).isNotDone();
  }

  @Test
  void whatComesAfterTheEndNeverCompletes() {
    KafkaOutbox outbox = fixture.open(ScriptedProducer.willing());
    outbox.close();

    assertThat(outbox.store(settled(Verdict.ACCEPTED))).isNotDone();
    assertThat(fixture.waiting("result")).isZero();
  }
}
