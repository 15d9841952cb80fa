package dev.ringpost.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Everything on a topic up to the end that it has when asked. */
public final class TopicContents {

  private static final Duration POLL = Duration.ofMillis(100);

  private TopicContents() {}

  public static List<ConsumerRecord<byte[], byte[]>> upToNow(
      String bootstrapServers, String topic) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.seekToBeginning(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < end(ends, p))) {
        consumer.poll(POLL).forEach(records::add);
      }
      return records;
    }
  }

  /** The invite that a result or a dead letter is about, as {@code partition@offset}. */
  public static String inviteOf(ConsumerRecord<byte[], byte[]> record) {
    Header partition = record.headers().lastHeader("ringpost-origin-partition");
    Header offset = record.headers().lastHeader("ringpost-origin-offset");
    if (partition != null && offset != null) {
      return text(partition) + "@" + text(offset);
    }
    var result = CallPlatform.json(new String(record.value(), StandardCharsets.UTF_8));
    return result.at("/invite/partition").asText() + "@" + result.at("/invite/offset").asText();
  }

  private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  private static String text(Header header) {
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
