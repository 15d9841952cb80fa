package dev.ringpost.polling;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
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
public final class PassingPoll {

  /** An observer of what could not be read. */
  public interface Observer {

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

  /** Who looks for the end of a broken batch, if not the consumer itself. */
  private final Optional<Supplier<Consumer<byte[], byte[]>>> searchers;

  /** Polls of a consumer that is in no group, and whose {@code auto.offset.reset} is none. */
  public PassingPoll(Consumer<byte[], byte[]> consumer, Observer observer) {
    this(consumer, observer, Map.of());
  }

  /**
   * As above.
   *
   * @param next where partitions begin of which that is known
   */
  public PassingPoll(
      Consumer<byte[], byte[]> consumer,
      Observer observer,
      Map<TopicPartition, OffsetAndMetadata> next) {
    this(consumer, observer, next, Optional.empty());
  }

  private PassingPoll(
      Consumer<byte[], byte[]> consumer,
      Observer observer,
      Map<TopicPartition, OffsetAndMetadata> next,
      Optional<Supplier<Consumer<byte[], byte[]>>> searchers) {
    this.consumer = consumer;
    this.observer = observer;
    this.next = new HashMap<>(next);
    this.searchers = searchers;
  }

  /**
   * Polls of any other consumer. The search for the end of a batch moves the position: a group that
   * changes meanwhile would commit it, and one beyond the end of the partition would be reset to
   * where the batch may stand. So another consumer searches.
   *
   * @param searchers gives a consumer as above, which is closed after the search
   */
  public static PassingPoll withSearchers(
      Consumer<byte[], byte[]> consumer,
      Observer observer,
      Supplier<Consumer<byte[], byte[]>> searchers) {
    return new PassingPoll(consumer, observer, Map.of(), Optional.of(searchers));
  }

  /**
   * Where a partition goes on, with its leader's epoch if that is known.
   *
   * @throws org.apache.kafka.common.errors.TimeoutException if it has not been placed yet
   */
  public OffsetAndMetadata position(TopicPartition partition) {
    long offset = consumer.position(partition, Duration.ZERO);
    return Optional.ofNullable(next.get(partition))
        .filter(known -> known.offset() == offset)
        .orElseGet(() -> new OffsetAndMetadata(offset));
  }

  /**
   * What has come, those of each partition in order.
   *
   * @param wait how long to wait for something
   */
  public List<ConsumerRecord<byte[], byte[]>> poll(Duration wait) {
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
      long to = end(batch, from);
      consumer.seek(partition, to);
      observer.passed(partition, from, to, batch.cause());
    }
  }

  private long end(CorruptBatch batch, long from) {
    if (searchers.isEmpty()) {
      return batch.end(consumer, from);
    }
    try (Consumer<byte[], byte[]> searcher = searchers.get().get()) {
      searcher.assign(List.of(batch.partition()));
      return batch.end(searcher, from);
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
