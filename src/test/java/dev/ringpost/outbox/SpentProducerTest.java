package dev.ringpost.outbox;

import static dev.ringpost.outbox.OutboxFixture.RESULTS;
import static dev.ringpost.outbox.OutboxFixture.assertStored;
import static dev.ringpost.outbox.OutboxFixture.deadLetter;
import static dev.ringpost.outbox.OutboxFixture.settled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.delivery.Verdict;
import dev.ringpost.testing.Samples;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The outbox with a producer that cannot go on. */
class SpentProducerTest {

  private final OutboxFixture fixture = new OutboxFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aProducerThatThrowsIsReplaced() {
    ScriptedProducer fenced = ScriptedProducer.willing();
    fenced.sendException = new KafkaException("in an error state");
    ScriptedProducer fresh = ScriptedProducer.willing();

    assertStored(fixture.open(fenced, fresh).store(settled(Verdict.ACCEPTED)));

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
    CompletableFuture<Void> done = fixture.open(old, fresh).store(settled(Verdict.ACCEPTED));

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

    assertStored(fixture.open(old, fresh).store(deadLetter(Samples.invited())));

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
            List.of(() -> old, SpentProducerTest::unresolved, SpentProducerTest::unresolved));

    KafkaOutbox outbox = fixture.open(() -> supply.isEmpty() ? fresh : supply.remove().get());

    assertStored(outbox.store(settled(Verdict.ACCEPTED)));
    assertThat(fresh.taken(RESULTS)).hasSize(1);
  }

  @Test
  void aTryThatFailsTwiceIsSentAgainOnce() {
    // A producer in a fatal state takes the record, throws, and fails the record later as well.
    var old = new TwiceFailingProducer();
    ScriptedProducer fresh = ScriptedProducer.willing();
    KafkaOutbox outbox = fixture.open(old, fresh);
    CompletableFuture<Void> done = outbox.store(settled(Verdict.ACCEPTED));

    assertStored(done);
    old.callbacks.forEach(late -> late.onCompletion(null, new KafkaException("aborted")));
    assertStored(outbox.store(settled(Verdict.EXPIRED)));

    assertThat(fresh.taken(RESULTS)).hasSize(2);
  }

  private static Producer<byte[], byte[]> unresolved() {
    throw new KafkaException("no resolvable bootstrap urls");
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
}
