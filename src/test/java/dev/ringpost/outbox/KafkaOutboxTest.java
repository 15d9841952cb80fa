package dev.ringpost.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.Settlement;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.telemetry.OutboxMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KafkaOutboxTest {

  private static final String RESULTS = "call-push-results";
  private static final String DEAD = "call-invites.dlq";
  private static final Flaw FLAW = new Flaw(DeadLetterReason.WRONG_TOPIC, "DeviceTokenNotForTopic");
  private static final OutboxSettings SETTINGS =
      new OutboxSettings(
          RESULTS,
          DEAD,
          "invalidations",
          List.of("retry-1", "retry-2"),
          CalleeAs.PLAIN,
          Map.of("bootstrap.servers", "localhost:1"));

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SettableClock clock = new SettableClock(Samples.NOW);
  private final Deque<KafkaOutbox> opened = new ArrayDeque<>();

  @AfterEach
  void close() {
    opened.forEach(outbox -> outbox.close(Duration.ZERO));
  }

  // what is stored

  @Test
  void aSettledInviteIsOneResultUnderItsCallId() {
    ScriptedProducer producer = ScriptedProducer.willing();

    assertStored(open(producer).store(settled(Verdict.ACCEPTED)));

    assertThat(producer.history()).hasSize(1);
    assertThat(producer.taken(RESULTS).getFirst().key())
        .isEqualTo(Samples.CALL.value().getBytes(UTF_8));
  }

  @Test
  void aDeadLetterIsTheRecordAndAFailedResult() {
    ScriptedProducer producer = ScriptedProducer.willing();

    assertStored(open(producer).store(deadLetter(Samples.invited())));

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

    assertStored(open(producer).store(deadLetter(Samples.malformed(FLAW, Optional.empty()))));

    assertThat(producer.taken(DEAD)).hasSize(1);
    assertThat(producer.taken(RESULTS)).isEmpty();
  }

  @Test
  void theServerIsToldOfARecordOfWhichOnlyTheCallCouldBeRead() {
    ScriptedProducer producer = ScriptedProducer.willing();

    assertStored(
        open(producer).store(deadLetter(Samples.malformed(FLAW, Optional.of(Samples.CALL)))));

    assertThat(producer.taken(RESULTS)).hasSize(1);
  }

  @Test
  void nothingIsStoredOfAnAbandonedInviteAndItNeverCompletes() {
    ScriptedProducer producer = ScriptedProducer.willing();
    KafkaOutbox outbox = open(producer);
    var abandoned =
        new Settlement(
            Samples.invited(), Samples.pushes(), new Disposition.Abandoned(), Samples.NOW);

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

    assertStored(open(producer).store(settled(traced, Verdict.ACCEPTED)));

    assertThat(headers(producer.taken(RESULTS).getFirst()))
        .containsExactly("traceparent=00-2-2-01");
  }

  @Test
  void aTraceThatIsNoneIsNotCarriedOn() {
    ScriptedProducer producer = ScriptedProducer.willing();
    Arrival traced = Samples.invited(Samples.header("traceparent", "0".repeat(5_000)));

    assertStored(open(producer).store(settled(traced, Verdict.ACCEPTED)));

    assertThat(headers(producer.taken(RESULTS).getFirst())).isEmpty();
  }

  // when it is done

  @Test
  void aDeadLetterIsDoneOnlyWhenRecordAndResultAreStored() {
    ScriptedProducer producer = ScriptedProducer.silent();

    CompletableFuture<Void> done = open(producer).store(deadLetter(Samples.invited()));
    await().until(() -> producer.history().size() == 2);

    assertThat(producer.completeNext()).isTrue();
    assertThat(done).isNotDone();
    assertThat(producer.completeNext()).isTrue();
    assertStored(done);
  }

  @Test
  void nobodyWhoStoresSendsOrWaits() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.block(RESULTS);
    producer.block(DEAD);
    KafkaOutbox outbox = open(producer);

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
    KafkaOutbox outbox = open(producer);

    CompletableFuture<Void> result = outbox.store(settled(Verdict.ACCEPTED));
    assertStored(outbox.store(deadLetter(Samples.malformed(FLAW, Optional.empty()))));

    assertThat(result).isNotDone();
    producer.blockNoMore(RESULTS);
    assertStored(result);
  }

  // what Kafka refuses

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
    KafkaOutbox outbox = open(producer);
    List<CompletableFuture<Void>> stored =
        List.of(outbox.store(settled(Verdict.ACCEPTED)), outbox.store(settled(Verdict.EXPIRED)));

    await().until(() -> producer.sends(RESULTS) > 5);
    assertThat(stored).noneMatch(Future::isDone);
    producer.refuseNoMore(RESULTS);

    stored.forEach(KafkaOutboxTest::assertStored);
    assertThat(producer.taken(RESULTS)).hasSize(2);
    assertThat(outputs("result", "stored")).isEqualTo(2);
    assertThat(outputs("result", "tried_again")).isGreaterThanOrEqualTo(5);
    assertThat(outputs("result", "given_up")).isZero();
  }

  @Test
  void whatTheBrokerRefusesLaterIsSentAgainToo() {
    ScriptedProducer producer = ScriptedProducer.silent();
    CompletableFuture<Void> done = open(producer).store(settled(Verdict.ACCEPTED));

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
    CompletableFuture<Void> done = open(producer).store(deadLetter(arrival));

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

    assertStored(open(producer).store(deadLetter(Samples.malformed(FLAW, Optional.empty()))));

    assertThat(producer.sends(DEAD)).isEqualTo(2);
    assertThat(outputs("dead_letter", "given_up")).isEqualTo(1);
    assertThat(outputs("dead_letter", "stored")).isZero();
    assertThat(registry.get("ringpost.dead.letters").tag("reason", "wrong_topic").counter().count())
        .isEqualTo(1);
  }

  @Test
  void aResultThatIsTooLargeIsGivenUp() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.refuse(RESULTS, new RecordTooLargeException("too large"));

    assertStored(open(producer).store(settled(Verdict.ACCEPTED)));

    assertThat(producer.sends(RESULTS)).isEqualTo(1);
    assertThat(outputs("result", "given_up")).isEqualTo(1);
  }

  @Test
  void aRecordThatTheBrokerWillNeverTakeIsGivenUpAndHoldsNothingBack() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.refuse(DEAD, new InvalidRecordException("a compacted topic wants keys"));
    KafkaOutbox outbox = open(producer);

    assertStored(outbox.store(deadLetter(Samples.malformed(FLAW, Optional.empty()))));
    producer.refuseNoMore(DEAD);
    assertStored(outbox.store(deadLetter(Samples.malformed(FLAW, Optional.empty()))));

    assertThat(outputs("dead_letter", "given_up")).isEqualTo(1);
    assertThat(outputs("dead_letter", "stored")).isEqualTo(1);
  }

  // a producer that cannot go on

  @Test
  void aProducerThatThrowsIsReplaced() {
    ScriptedProducer fenced = ScriptedProducer.willing();
    fenced.sendException = new KafkaException("in an error state");
    ScriptedProducer fresh = ScriptedProducer.willing();

    assertStored(open(fenced, fresh).store(settled(Verdict.ACCEPTED)));

    assertThat(fenced.closed()).isTrue();
    assertThat(fresh.taken(RESULTS)).hasSize(1);
  }

  static List<RuntimeException> spent() {
    return List.of(
        new ProducerFencedException("fenced"), new InvalidProducerEpochException("old epoch"));
  }

  @ParameterizedTest
  @MethodSource("spent")
  void aProducerThatSaysThatItIsSpentIsReplaced(RuntimeException lastWords) {
    ScriptedProducer old = ScriptedProducer.silent();
    ScriptedProducer fresh = ScriptedProducer.willing();
    CompletableFuture<Void> done = open(old, fresh).store(settled(Verdict.ACCEPTED));

    await().until(() -> old.errorNext(lastWords));

    assertStored(done);
    assertThat(old.closed()).isTrue();
    assertThat(fresh.taken(RESULTS)).hasSize(1);
  }

  @Test
  void bothOutputsGoOnWithOneFreshProducer() {
    ScriptedProducer old = ScriptedProducer.willing();
    old.sendException = new KafkaException("in an error state");
    ScriptedProducer fresh = ScriptedProducer.willing();

    assertStored(open(old, fresh).store(deadLetter(Samples.invited())));

    assertThat(fresh.history()).hasSize(2);
    assertThat(fresh.closed()).isFalse();
  }

  @Test
  void aFreshProducerThatCannotBeMadeIsMadeLater() {
    ScriptedProducer old = ScriptedProducer.willing();
    old.sendException = new KafkaException("in an error state");
    ScriptedProducer fresh = ScriptedProducer.willing();
    Deque<Supplier<Producer<byte[], byte[]>>> supply =
        new ArrayDeque<>(
            List.of(() -> old, KafkaOutboxTest::unresolved, KafkaOutboxTest::unresolved));

    KafkaOutbox outbox = open(() -> supply.isEmpty() ? fresh : supply.remove().get());

    assertStored(outbox.store(settled(Verdict.ACCEPTED)));
    assertThat(fresh.taken(RESULTS)).hasSize(1);
  }

  @Test
  void aTryThatFailsTwiceIsSentAgainOnce() {
    // A producer in a fatal state takes the record, throws, and fails the record later as well.
    var old = new TwiceFailingProducer();
    ScriptedProducer fresh = ScriptedProducer.willing();
    KafkaOutbox outbox = open(old, fresh);
    CompletableFuture<Void> done = outbox.store(settled(Verdict.ACCEPTED));

    assertStored(done);
    old.callbacks.forEach(late -> late.onCompletion(null, new KafkaException("aborted")));
    assertStored(outbox.store(settled(Verdict.EXPIRED)));

    assertThat(fresh.taken(RESULTS)).hasSize(2);
  }

  // what can be seen from outside

  @Test
  void anOutputIsRefusedOnceItsOldestRecordWaitsTooLong() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.refuse(RESULTS, new TimeoutException("no such topic"));
    KafkaOutbox outbox = open(producer);
    CompletableFuture<Void> done = outbox.store(settled(Verdict.ACCEPTED));
    await().until(() -> producer.sends(RESULTS) > 0);

    assertThat(outbox.refused()).isEmpty();
    clock.advance(OutputLane.REFUSED_AFTER);
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
    KafkaOutbox outbox = open(ScriptedProducer.silent());
    CompletableFuture<Void> done = outbox.store(settled(Verdict.ACCEPTED));

    clock.advance(OutputLane.REFUSED_AFTER);

    assertThat(outbox.refused())
        .containsExactly(new RefusedOutput(RESULTS, Samples.NOW, "Kafka has not answered"));
    assertThat(done).isNotDone();
  }

  @Test
  void waitingRecordsAreCountedByKind() {
    ScriptedProducer producer = ScriptedProducer.silent();
    CompletableFuture<Void> done = open(producer).store(deadLetter(Samples.invited()));

    assertThat(waiting("result")).isEqualTo(1);
    assertThat(waiting("dead_letter")).isEqualTo(1);
    await().until(producer::completeNext);
    await().until(producer::completeNext);

    assertStored(done);
    assertThat(waiting("result")).isZero();
    assertThat(waiting("dead_letter")).isZero();
  }

  @Test
  void theProducerNeverHoldsMoreOfOneOutputThanItsShare() {
    ScriptedProducer producer = ScriptedProducer.silent();
    KafkaOutbox outbox = open(producer);
    byte[] large = new byte[OutputLane.MAX_FLYING_BYTES / 4];
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
    stored.forEach(KafkaOutboxTest::assertStored);
  }

  @Test
  void aRecordLargerThanTheShareGoesAlone() {
    ScriptedProducer producer = ScriptedProducer.willing();
    byte[] huge = new byte[OutputLane.MAX_FLYING_BYTES + 1];
    var arrival = new Arrival.Malformed(Samples.envelope(huge), FLAW, Optional.empty());

    assertStored(open(producer).store(deadLetter(arrival)));
  }

  // the end

  @Test
  void closingStoresWhatCanBeStored() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.block(RESULTS);
    KafkaOutbox outbox = open(producer);
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
    KafkaOutbox outbox = open(producer);
    CompletableFuture<Void> done = outbox.store(deadLetter(Samples.invited()));
    await().until(() -> producer.sends(RESULTS) + producer.sends(DEAD) > 1);

    outbox.close(Duration.ofMillis(100));

    assertThat(outbox.alive()).isFalse();
    assertThat(producer.closed()).isTrue();
    assertThat(done).isNotDone();
  }

  @Test
  void whatComesAfterTheEndNeverCompletes() {
    KafkaOutbox outbox = open(ScriptedProducer.willing());
    outbox.close();

    assertThat(outbox.store(settled(Verdict.ACCEPTED))).isNotDone();
    assertThat(waiting("result")).isZero();
  }

  private KafkaOutbox open(Producer<byte[], byte[]> only) {
    return open(() -> only);
  }

  private KafkaOutbox open(Producer<byte[], byte[]> first, Producer<byte[], byte[]> second) {
    Deque<Producer<byte[], byte[]>> supply = new ArrayDeque<>(List.of(first, second));
    return open(supply::remove);
  }

  private KafkaOutbox open(Supplier<Producer<byte[], byte[]>> fresh) {
    var meters = new OutboxMeters(new Telemetry(registry));
    KafkaOutbox outbox = KafkaOutbox.open(SETTINGS, meters, clock, fresh, Duration.ofMillis(1));
    opened.add(outbox);
    return outbox;
  }

  private static final class TwiceFailingProducer extends MockProducer<byte[], byte[]> {

    private final List<Callback> callbacks = new ArrayList<>();

    private TwiceFailingProducer() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
      if (callback != null) {
        callbacks.add(callback);
      }
      throw new KafkaException("in an error state");
    }
  }

  private static Settlement settled(Verdict verdict) {
    return settled(Samples.invited(), verdict);
  }

  private static Settlement settled(Arrival arrival, Verdict verdict) {
    return new Settlement(
        arrival,
        Samples.pushes(Samples.accepted(Samples.device("phone"))),
        new Disposition.Settled(verdict),
        Samples.NOW);
  }

  private static Settlement deadLetter(Arrival arrival) {
    return new Settlement(
        arrival,
        new DeliveryReport(List.of(), 0, 0, false),
        new Disposition.DeadLetter(FLAW),
        Samples.NOW);
  }

  private static Producer<byte[], byte[]> unresolved() {
    throw new KafkaException("no resolvable bootstrap urls");
  }

  private static void assertStored(CompletableFuture<Void> stored) {
    assertThat(stored).succeedsWithin(30, TimeUnit.SECONDS);
  }

  private static List<String> headers(ProducerRecord<byte[], byte[]> record) {
    return Arrays.stream(record.headers().toArray())
        .map(header -> header.key() + "=" + new String(header.value(), UTF_8))
        .toList();
  }

  private double outputs(String kind, String end) {
    return registry.get("ringpost.outputs").tag("kind", kind).tag("end", end).counter().count();
  }

  private double waiting(String kind) {
    return registry.get("ringpost.outputs.waiting").tag("kind", kind).gauge().value();
  }
}
