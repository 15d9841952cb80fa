package dev.ringpost.outbox;

import static dev.ringpost.outbox.OutboxFixture.DEAD;
import static dev.ringpost.outbox.OutboxFixture.FLAW;
import static dev.ringpost.outbox.OutboxFixture.RESULTS;
import static dev.ringpost.outbox.OutboxFixture.assertStored;
import static dev.ringpost.outbox.OutboxFixture.deadLetter;
import static dev.ringpost.outbox.OutboxFixture.headers;
import static dev.ringpost.outbox.OutboxFixture.settled;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Arrival;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.testing.Samples;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The outbox with records that Kafka does not accept. */
class RefusedRecordsTest {

  private final OutboxFixture fixture = new OutboxFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  static List<RuntimeException> outages() {
    return List.of(
        new TimeoutException("Topic call-push-results not present in metadata after 1000 ms."),
        new TopicAuthorizationException(RESULTS),
        new NotEnoughReplicasException("too few"),
        new KafkaException("Producer is closed forcefully."));
  }

  @ParameterizedTest
  @MethodSource("outages")
  void whatAnOutageRefusesIsSentAgainUntilItIsTaken(RuntimeException outage) {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.refuse(RESULTS, outage);
    KafkaOutbox outbox = fixture.open(producer);
    List<CompletableFuture<Void>> stored =
        List.of(outbox.store(settled(Verdict.ACCEPTED)), outbox.store(settled(Verdict.EXPIRED)));

    await().until(() -> producer.sends(RESULTS) > 5);
    assertThat(stored).noneMatch(Future::isDone);
    producer.refuseNoMore(RESULTS);

    stored.forEach(OutboxFixture::assertStored);
    assertThat(producer.taken(RESULTS)).hasSize(2);
    assertThat(fixture.outputs("result", "stored")).isEqualTo(2);
    assertThat(fixture.outputs("result", "tried_again")).isGreaterThanOrEqualTo(5);
    assertThat(fixture.outputs("result", "given_up")).isZero();
  }

  @Test
  void whatTheBrokerRefusesLaterIsSentAgainToo() {
    ScriptedProducer producer = ScriptedProducer.silent();
    CompletableFuture<Void> done = fixture.open(producer).store(settled(Verdict.ACCEPTED));

    await().until(() -> producer.errorNext(new NotEnoughReplicasException("too few")));
    await().until(producer::completeNext);

    assertStored(done);
    assertThat(producer.sends(RESULTS)).isEqualTo(2);
  }

  @Test
  void aDeadLetterThatIsTooLargeGoesWithoutItsValue() {
    ScriptedProducer producer = ScriptedProducer.silent();
    byte[] value = "large".getBytes(UTF_8);
    var arrival =
        new Arrival.Malformed(
            Samples.envelope(value, Samples.header("theirs", "kept")), FLAW, Optional.empty());
    CompletableFuture<Void> done = fixture.open(producer).store(deadLetter(arrival));

    await().until(() -> producer.errorNext(new RecordTooLargeException("too large")));
    await().until(producer::completeNext);

    assertStored(done);
    ProducerRecord<byte[], byte[]> letter = producer.history().getLast();
    assertThat(letter.key()).isEqualTo("alice".getBytes(UTF_8));
    assertThat(letter.value()).isNull();
    assertThat(headers(letter))
        .contains("theirs=kept", "ringpost-value-size=5", "ringpost-reason=wrong_topic");
  }

  @Test
  void aDeadLetterThatIsTooLargeEvenSoIsGivenUp() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.refuse(DEAD, new RecordTooLargeException("too large"));

    assertStored(
        fixture.open(producer).store(deadLetter(Samples.malformed(FLAW, Optional.empty()))));

    assertThat(producer.sends(DEAD)).isEqualTo(2);
    assertThat(fixture.outputs("dead_letter", "given_up")).isEqualTo(1);
    assertThat(fixture.outputs("dead_letter", "stored")).isZero();
    assertThat(
            fixture
                .registry()
                .get("ringpost.dead.letters")
                .tag("reason", "wrong_topic")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void aResultThatIsTooLargeIsGivenUp() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.refuse(RESULTS, new RecordTooLargeException("too large"));

    assertStored(fixture.open(producer).store(settled(Verdict.ACCEPTED)));

    assertThat(producer.sends(RESULTS)).isEqualTo(1);
    assertThat(fixture.outputs("result", "given_up")).isEqualTo(1);
  }

  @Test
  void aRecordThatTheBrokerWillNeverTakeIsGivenUpAndHoldsNothingBack() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.refuse(DEAD, new InvalidRecordException("a compacted topic wants keys"));
    KafkaOutbox outbox = fixture.open(producer);

    assertStored(outbox.store(deadLetter(Samples.malformed(FLAW, Optional.empty()))));
    producer.refuseNoMore(DEAD);
    assertStored(outbox.store(deadLetter(Samples.malformed(FLAW, Optional.empty()))));

    assertThat(fixture.outputs("dead_letter", "given_up")).isEqualTo(1);
    assertThat(fixture.outputs("dead_letter", "stored")).isEqualTo(1);
  }
}
