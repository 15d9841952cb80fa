package dev.ringpost.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The records on some topics up to the ends that they have when asked. For one thread at a time.
 */
public final class TopicContents implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  /** Bound on one question to the brokers, and on reading up to the end. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  /** What was read before Kafka kept somebody waiting too long; it is not read again. */
  private final List<ConsumerRecord<byte[], byte[]>> kept = new ArrayList<>();

  private TopicContents(String bootstrapServers, List<String> topics) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    partitions =
        topics.stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** A reader that begins at the beginnings. */
  public static TopicContents of(String bootstrapServers, String... topics) {
    return new TopicContents(bootstrapServers, List.of(topics));
  }

  /** Everything on a topic. */
  public static List<ConsumerRecord<byte[], byte[]>> upToNow(
      String bootstrapServers, String topic) {
    try (var contents = of(bootstrapServers, topic)) {
      return contents.newUpToNow();
    }
  }

  /**
   * What has come since the last time, up to now.
   *
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer in time
   */
  public List<ConsumerRecord<byte[], byte[]>> newUpToNow() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
    long patienceEnds = System.nanoTime() + PATIENCE.toNanos();
    while (partitions.stream()
        .anyMatch(partition -> consumer.position(partition, PATIENCE) < end(ends, partition))) {
      consumer.poll(POLL).forEach(kept::add);
      if (System.nanoTime() - patienceEnds > 0) {
        throw new org.apache.kafka.common.errors.TimeoutException("the end was not reached");
      }
    }
    List<ConsumerRecord<byte[], byte[]>> records = List.copyOf(kept);
    kept.clear();
    return records;
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
  }

  /** The invite that a result or a dead letter is about, as {@code partition@offset}. */
  public static String inviteOf(ConsumerRecord<byte[], byte[]> record) {
    Header partition = record.headers().lastHeader("ringpost-origin-partition");
    Header offset = record.headers().lastHeader("ringpost-origin-offset");
    if (partition != null && offset != null) {
      return text(partition) + "@" + text(offset);
    }
    var result = CallPlatform.json(record);
    return result.at("/invite/partition").asText() + "@" + result.at("/invite/offset").asText();
  }

  private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  private static String text(Header header) {
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
