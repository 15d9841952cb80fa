package dev.ringpost.outbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's own mock, which answers by topic: it takes a record, refuses it, blocks, or leaves it to
 * the test's {@code completeNext} and {@code errorNext}. Safe for many threads.
 */
final class ScriptedProducer extends MockProducer<byte[], byte[]> {

  private final Map<String, RuntimeException> refusals = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> blocks = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> sends = new ConcurrentHashMap<>();
  private final Map<String, Integer> leaderless = new ConcurrentHashMap<>();
  private final List<Thread> senders = new CopyOnWriteArrayList<>();

  private ScriptedProducer(boolean answersAtOnce) {
    super(answersAtOnce, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Takes everything at once, unless told otherwise. */
  static ScriptedProducer willing() {
    return new ScriptedProducer(true);
  }

  /** Answers nothing by itself. */
  static ScriptedProducer silent() {
    return new ScriptedProducer(false);
  }

  /** From now on records of this topic fail as the client fails them: through the callback. */
  void refuse(String topic, RuntimeException answer) {
    refusals.put(topic, answer);
  }

  void refuseNoMore(String topic) {
    refusals.remove(topic);
  }

  /** From now on sends to this topic block, as for want of metadata. */
  void block(String topic) {
    blocks.put(topic, new CountDownLatch(1));
  }

  void blockNoMore(String topic) {
    CountDownLatch block = blocks.remove(topic);
    if (block != null) {
      block.countDown();
    }
  }

  /** From now on this topic has so many partitions, of which the first one has no leader. */
  void leaderless(String topic, int partitions) {
    leaderless.put(topic, partitions);
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  public List<PartitionInfo> partitionsFor(String topic) {
    Node[] none = {};
    return IntStream.range(0, leaderless.getOrDefault(topic, 0))
        .mapToObj(partition -> new PartitionInfo(topic, partition, Node.noNode(), none, none))
        .toList();
  }

  private boolean hasNoLeader(ProducerRecord<byte[], byte[]> record) {
    Integer partitions = leaderless.get(record.topic());
    return partitions != null && Utils.toPositive(Utils.murmur2(record.key())) % partitions == 0;
  }

  /** How often a send to this topic was tried. */
  int sends(String topic) {
    return sends.getOrDefault(topic, new AtomicInteger()).get();
  }

  /** The threads that sent. */
  List<Thread> senders() {
    return List.copyOf(senders);
  }

  /** What this topic has taken. */
  List<ProducerRecord<byte[], byte[]>> taken(String topic) {
    List<ProducerRecord<byte[], byte[]>> taken = new ArrayList<>(history());
    taken.removeIf(record -> !record.topic().equals(topic));
    return taken;
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // a blocked topic must not block others
  public Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    senders.add(Thread.currentThread());
    sends.computeIfAbsent(record.topic(), _ -> new AtomicInteger()).incrementAndGet();
    CountDownLatch block = blocks.get(record.topic());
    if (block != null) {
      try {
        block.await();
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
    if (hasNoLeader(record)) {
      return new CompletableFuture<>();
    }
    RuntimeException refusal = refusals.get(record.topic());
    if (refusal != null && callback != null) {
      callback.onCompletion(null, refusal);
      return CompletableFuture.failedFuture(refusal);
    }
    return super.send(record, callback);
  }
}
