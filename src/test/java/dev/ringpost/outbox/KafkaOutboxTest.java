package dev.ringpost.outbox;

import static dev.ringpost.outbox.OutboxFixture.DEAD;
import static dev.ringpost.outbox.OutboxFixture.FLAW;
import static dev.ringpost.outbox.OutboxFixture.INVALIDATIONS;
import static dev.ringpost.outbox.OutboxFixture.RESULTS;
import static dev.ringpost.outbox.OutboxFixture.assertStored;
import static dev.ringpost.outbox.OutboxFixture.deadLetter;
import static dev.ringpost.outbox.OutboxFixture.headers;
import static dev.ringpost.outbox.OutboxFixture.settled;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Arrival;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.TokenInvalidation;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.testing.Samples;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The records that the outbox stores for a decision, and the moment when that is done. */
class KafkaOutboxTest {

  private final OutboxFixture fixture = new OutboxFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aSettledInviteIsOneResultUnderItsCallId() {
    ScriptedProducer producer = ScriptedProducer.willing();

    assertStored(fixture.open(producer).store(settled(Verdict.ACCEPTED)));

    assertThat(producer.history()).hasSize(1);
    assertThat(producer.taken(RESULTS).getFirst().key())
        .isEqualTo(Samples.CALL.value().getBytes(UTF_8));
  }

  @Test
  void aDeadLetterIsTheRecordAndAFailedResult() {
    ScriptedProducer producer = ScriptedProducer.willing();

    assertStored(fixture.open(producer).store(deadLetter(Samples.invited())));

    assertThat(producer.taken(DEAD)).hasSize(1);
    assertThat(producer.taken(RESULTS))
        .singleElement()
        .satisfies(
            result ->
                assertThat(new String(result.value(), UTF_8)).contains("\"verdict\":\"failed\""));
  }

  @Test
  void nobodyIsToldOfARecordWhoseCallIsNotKnown() {
    ScriptedProducer producer = ScriptedProducer.willing();

    assertStored(
        fixture.open(producer).store(deadLetter(Samples.malformed(FLAW, Optional.empty()))));

    assertThat(producer.taken(DEAD)).hasSize(1);
    assertThat(producer.taken(RESULTS)).isEmpty();
  }

  @Test
  void theServerIsToldOfARecordOfWhichOnlyTheCallCouldBeRead() {
    ScriptedProducer producer = ScriptedProducer.willing();

    assertStored(
        fixture
            .open(producer)
            .store(deadLetter(Samples.malformed(FLAW, Optional.of(Samples.CALL)))));

    assertThat(producer.taken(RESULTS)).hasSize(1);
  }

  @Test
  void nothingIsStoredOfAnAbandonedInviteAndItNeverCompletes() {
    ScriptedProducer producer = ScriptedProducer.willing();
    KafkaOutbox outbox = fixture.open(producer);
    var abandoned =
        new Decision(Samples.invited(), Samples.pushes(), new Disposition.Abandoned(), Samples.NOW);

    CompletableFuture<Void> done = outbox.store(abandoned);
    assertStored(outbox.store(settled(Verdict.ACCEPTED)));

    assertThat(done).isNotDone();
    assertThat(producer.history()).hasSize(1);
  }

  @Test
  void aResultCarriesOnTheInvitesTraceAndNoOtherHeader() {
    ScriptedProducer producer = ScriptedProducer.willing();
    Arrival traced =
        Samples.invited(
            Samples.header("traceparent", "00-1-1-01"),
            Samples.header("ce_id", "7"),
            Samples.header("traceparent", "00-2-2-01"),
            Samples.header("ringpost-attempt", "9"));

    assertStored(fixture.open(producer).store(settled(traced, Verdict.ACCEPTED)));

    assertThat(headers(producer.taken(RESULTS).getFirst()))
        .containsExactly("traceparent=00-2-2-01");
  }

  @Test
  void aTraceThatIsNoneIsNotCarriedOn() {
    ScriptedProducer producer = ScriptedProducer.willing();
    Arrival traced = Samples.invited(Samples.header("traceparent", "0".repeat(5_000)));

    assertStored(fixture.open(producer).store(settled(traced, Verdict.ACCEPTED)));

    assertThat(headers(producer.taken(RESULTS).getFirst())).isEmpty();
  }

  @Test
  void aDeadLetterIsDoneOnlyWhenRecordAndResultAreStored() {
    ScriptedProducer producer = ScriptedProducer.silent();

    CompletableFuture<Void> done = fixture.open(producer).store(deadLetter(Samples.invited()));
    await().until(() -> producer.history().size() == 2);

    assertThat(producer.completeNext()).isTrue();
    assertThat(done).isNotDone();
    assertThat(producer.completeNext()).isTrue();
    assertStored(done);
  }

  @Test
  void anInviteIsDoneOnlyWhenItsInvalidationIsStoredToo() {
    TokenInvalidation dead = Samples.invalidation();
    var decision =
        new Decision(
            Samples.invited(),
            Samples.pushes(),
            new Disposition.Final(Verdict.ALL_DEAD),
            List.of(dead),
            Samples.NOW,
            Samples.NOW);
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.block(INVALIDATIONS);

    CompletableFuture<Void> done = fixture.open(producer).store(decision);
    await().until(() -> producer.taken(RESULTS).size() == 1);

    assertThat(done).isNotDone();
    producer.blockNoMore(INVALIDATIONS);
    assertStored(done);
    assertThat(producer.taken(INVALIDATIONS)).hasSize(1);
  }

  @Test
  void nobodyWhoStoresSendsOrWaits() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.block(RESULTS);
    producer.block(DEAD);
    KafkaOutbox outbox = fixture.open(producer);

    CompletableFuture<Void> done = outbox.store(deadLetter(Samples.invited()));

    assertThat(done).isNotDone();
    producer.blockNoMore(RESULTS);
    producer.blockNoMore(DEAD);
    assertStored(done);
    assertThat(producer.senders())
        .extracting(Thread::getName)
        .containsExactlyInAnyOrder("outbox-" + RESULTS, "outbox-" + DEAD);
  }

  @Test
  void aResultThatBlocksDelaysNoDeadLetter() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.block(RESULTS);
    KafkaOutbox outbox = fixture.open(producer);

    CompletableFuture<Void> result = outbox.store(settled(Verdict.ACCEPTED));
    assertStored(outbox.store(deadLetter(Samples.malformed(FLAW, Optional.empty()))));

    assertThat(result).isNotDone();
    producer.blockNoMore(RESULTS);
    assertStored(result);
  }
}
