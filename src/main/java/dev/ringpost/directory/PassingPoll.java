package dev.ringpost.directory;

import dev.ringpost.directory.snapshot.SnapshotHeader.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The polls of a consumer that go past what is broken on a broker's disk, and tell what they have
 * passed. Belongs to the consumer's thread.
 */
final class PassingPoll {

  /** An observer of what could not be read. */
  interface Observer {

    /**
     * Offsets have been passed.
     *
     * @param from the first one
     * @param to the one behind the last
     */
    void passed(TopicPartition partition, long from, long to, Throwable cause);

    /** A batch needs code that this process lacks; it is met again at each poll, unless paused. */
    void lacksCode(CorruptBatch batch, long offset);
  }

  private final Consumer<byte[], byte[]> consumer;
  private final Observer observer;

  /** Behind what has been handed out of each partition. */
  private final Map<TopicPartition, Long> readTo = new HashMap<>();

  /** Where each partition goes on, by what has come, with the leader's epoch of that. */
  private final Map<TopicPartition, OffsetAndMetadata> next;

  PassingPoll(Consumer<byte[], byte[]> consumer, Observer observer) {
    this(consumer, observer, Map.of());
  }

  /**
   * @param next where partitions begin of which that is known
   */
  PassingPoll(
      Consumer<byte[], byte[]> consumer,
      Observer observer,
      Map<TopicPartition, OffsetAndMetadata> next) {
    this.consumer = consumer;
    this.observer = observer;
    this.next = new HashMap<>(next);
  }

  /**
   * Where a partition goes on.
   *
   * @throws org.apache.kafka.common.errors.TimeoutException if it has not been placed yet
   */
  Position position(TopicPartition partition) {
    long offset = consumer.position(partition, Duration.ZERO);
    return Optional.ofNullable(next.get(partition))
        .filter(known -> known.offset() == offset)
        .flatMap(OffsetAndMetadata::leaderEpoch)
        .map(epoch -> new Position(offset, OptionalInt.of(epoch)))
        .orElseGet(() -> new Position(offset, OptionalInt.empty()));
  }

  /**
   * What has come, those of each partition in order.
   *
   * @param wait how long to wait for something
   */
  List<ConsumerRecord<byte[], byte[]>> poll(Duration wait) {
    ConsumerRecords<byte[], byte[]> polled;
    try {
      polled = consumer.poll(wait);
    } catch (KafkaException e) {
      meet(CorruptBatch.in(e, consumer.assignment()).orElseThrow(() -> e));
      return List.of();
    }
    next.putAll(polled.nextOffsets());
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(polled.count());
    for (TopicPartition partition : polled.partitions()) {
      records.addAll(withinTheLog(partition, polled.records(partition)));
    }
    return records;
  }

  private void meet(CorruptBatch batch) {
    TopicPartition partition = batch.partition();
    long from = consumer.position(partition);
    if (batch.failure().isForWantOfCode()) {
      observer.lacksCode(batch, from);
    } else {
      long to = batch.end(consumer, from);
      consumer.seek(partition, to);
      observer.passed(partition, from, to, batch.cause());
    }
  }

  /**
   * Those that stand where the partition has records. None can stand at or behind the position, nor
   * behind the end: the first offset of their batch is wrong, which its checksum does not cover.
   * Kafka's client leaves out what follows them up to its position, in silence. A broker that looks
   * for one of these offsets comes upon the wrong batch first, so they cannot be read.
   */
  private List<ConsumerRecord<byte[], byte[]>> withinTheLog(
      TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    long position = consumer.position(partition);
    long end = position + Math.min(0, consumer.currentLag(partition).orElse(0));
    List<ConsumerRecord<byte[], byte[]>> within =
        records.stream().takeWhile(record -> record.offset() < end).toList();
    if (within.size() < records.size()) {
      long from =
          within.isEmpty()
              ? readTo.getOrDefault(partition, Math.max(0, end - records.size()))
              : within.getLast().offset() + 1;
      consumer.seek(partition, end);
      observer.passed(
          partition,
          from,
          end,
          new KafkaException(
              "a batch says that it begins at "
                  + records.get(within.size()).offset()
                  + ", where the partition has no records"));
    }
    readTo.put(partition, end);
    return within;
  }
}
