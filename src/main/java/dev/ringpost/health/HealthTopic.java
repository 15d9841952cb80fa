package dev.ringpost.health;

import dev.ringpost.call.DeviceKey;
import dev.ringpost.events.ViewRecord;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.events.health.DeviceHealth;
import dev.ringpost.events.health.DeviceHealthCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** The whole topic of device health, as it stands at this moment. */
public final class HealthTopic {

  private static final Duration POLL = Duration.ofSeconds(1);

  /** Bound on the time without a record. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private HealthTopic() {}

  /**
   * Reads it from its beginning to the end that it has now; of a device the last word counts.
   *
   * @param sink gets each record, empty for a device of which nothing is known any more
   * @throws KafkaException if it does not exist or cannot be read
   */
  public static void read(
      HealthSettings settings, BiConsumer<DeviceKey, Optional<DeviceHealth>> sink) {
    try (Consumer<byte[], byte[]> reader = HealthClients.newReader(settings)) {
      String topic = settings.topics().deviceHealth();
      List<TopicPartition> partitions =
          reader.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw new KafkaException("topic " + topic + " does not exist");
      }
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      read(reader, sink);
    }
  }

  private static void read(
      Consumer<byte[], byte[]> reader, BiConsumer<DeviceKey, Optional<DeviceHealth>> sink) {
    Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment());
    var codec = new DeviceHealthCodec();
    long quietSince = System.nanoTime();
    while (ends.entrySet().stream().anyMatch(it -> reader.position(it.getKey()) < it.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        quietSince = System.nanoTime();
        take(record, codec, sink);
      }
      if (System.nanoTime() - quietSince > PATIENCE.toNanos()) {
        throw new KafkaException("nothing could be read for " + PATIENCE.toSeconds() + " s");
      }
    }
  }

  private static void take(
      ConsumerRecord<byte[], byte[]> record,
      DeviceHealthCodec codec,
      BiConsumer<DeviceKey, Optional<DeviceHealth>> sink) {
    Instant timestamp = Instant.ofEpochMilli(Math.max(0, record.timestamp()));
    ContentMode mode = ContentMode.of(record.headers());
    switch (ViewRecord.read(record.key(), record.value(), mode, timestamp, codec)) {
      case ViewRecord.Entry<DeviceHealth>(DeviceKey key, DeviceHealth health) ->
          sink.accept(key, Optional.of(health));
      case ViewRecord.Removed<DeviceHealth>(DeviceKey key) -> sink.accept(key, Optional.empty());
      case ViewRecord.UnusableValue<DeviceHealth>(DeviceKey key, var _) ->
          sink.accept(key, Optional.empty());
      case ViewRecord.MalformedKey<DeviceHealth> _ -> {}
    }
  }
}
