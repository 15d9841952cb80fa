package dev.ringpost.directory;

import dev.ringpost.directory.ViewRecord.ValueCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads a view's topic once from its beginning to its present end, as a worker does, and keeps
 * nothing but counts: so it tells before a worker starts whether it could read the topic, in little
 * memory. For one use, on one thread.
 */
public final class ViewProbe {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

  /**
   * What was read.
   *
   * @param records all of them, removals included
   * @param removals those without a value
   * @param skipped those that cannot be used, by reason
   * @param firstSkipped partition and offset of one of these
   * @param strays keys that stand on more than one partition, of many keys about so many
   * @param whole whether the end was reached in time
   */
  public record Reading(
      long records,
      long removals,
      Map<String, Long> skipped,
      Optional<String> firstSkipped,
      long strays,
      boolean whole) {

    /** How many cannot be used. */
    public long unusable() {
      return skipped.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  private final String topic;
  private final ValueCodec<?> codec;
  private final Map<String, Object> properties;
  private final Map<String, Long> skipped = new TreeMap<>();
  private Optional<String> firstSkipped = Optional.empty();
  private final StrayKeys strays = new StrayKeys();
  private long records;
  private long removals;

  private ViewProbe(String topic, ValueCodec<?> codec, DirectorySettings settings) {
    this.topic = topic;
    this.codec = codec;
    this.properties = new HashMap<>(settings.readerProperties());
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-view-check");
  }

  /** Of registrations. */
  public static ViewProbe ofTokens(DirectorySettings settings) {
    return new ViewProbe(settings.tokensTopic(), new TokenCodec(), settings);
  }

  /** Of dead tokens. */
  public static ViewProbe ofInvalidations(DirectorySettings settings) {
    return new ViewProbe(settings.invalidationsTopic(), new InvalidationCodec(), settings);
  }

  /**
   * Reads the topic, which must exist.
   *
   * @param patience bound on the reading
   * @throws KafkaException if it cannot be read
   */
  public Reading read(Duration patience) {
    long start = System.nanoTime();
    var consumer = new KafkaConsumer<byte[], byte[]>(properties);
    try {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, patience).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, patience);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      boolean whole = isPast(consumer, ends, patience);
      while (!whole && System.nanoTime() - start < patience.toNanos()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          count(record);
        }
        whole = isPast(consumer, ends, patience);
      }
      return new Reading(
          records, removals, Map.copyOf(skipped), firstSkipped, strays.count(), whole);
    } finally {
      consumer.close(CloseOptions.timeout(CLOSE_WAIT));
    }
  }

  private static boolean isPast(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, Duration patience) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey(), patience) >= end.getValue());
  }

  private void count(ConsumerRecord<byte[], byte[]> record) {
    records++;
    if (record.key() != null) {
      strays.seen(record.key(), record.partition());
    }
    switch (ViewRecord.read(
        record.key(), record.value(), Instant.ofEpochMilli(record.timestamp()), codec)) {
      case ViewRecord.Entry<?> _ -> {}
      case ViewRecord.Removed<?> _ -> removals++;
      case ViewRecord.Unusable<?>(var _, Skip skip) -> skip(record, skip);
      case ViewRecord.Keyless<?>(Skip skip) -> skip(record, skip);
    }
  }

  private void skip(ConsumerRecord<byte[], byte[]> record, Skip skip) {
    skipped.merge(skip.reason().code(), 1L, Long::sum);
    if (firstSkipped.isEmpty()) {
      firstSkipped = Optional.of("partition " + record.partition() + ", offset " + record.offset());
    }
  }
}
