package dev.ringpost.health;

import dev.ringpost.polling.AllToOneAssignor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The properties of the Kafka clients. */
public final class HealthClients {

  /** Without a sign of life for so long a member is none, and another works. */
  private static final Duration SESSION = Duration.ofSeconds(10);

  private HealthClients() {}

  /** What the member of the group is made with. */
  public static Map<String, Object> member(HealthSettings settings) {
    Map<String, Object> properties = new HashMap<>(settings.kafka());
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-health");
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
    // the other protocol knows no assignors of clients
    properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, AllToOneAssignor.class.getName());
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Math.toIntExact(SESSION.toMillis()));
    properties.put(
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, Math.toIntExact(SESSION.toMillis() / 4));
    return reading(properties);
  }

  /** What readers outside of the group are made with. */
  public static Map<String, Object> reader(HealthSettings settings) {
    Map<String, Object> properties = new HashMap<>(settings.kafka());
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-health-reader");
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return reading(properties);
  }

  private static Map<String, Object> reading(Map<String, Object> properties) {
    properties.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // a gap must be noticed: a signal that was not read would make a phone deaf
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return properties;
  }

  static Consumer<byte[], byte[]> newReader(HealthSettings settings) {
    return new KafkaConsumer<>(reader(settings));
  }

  /** What the writer is made with. */
  public static Map<String, Object> writer(HealthSettings settings) {
    Map<String, Object> properties = new HashMap<>(settings.kafka());
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, "ringpost-health-writer");
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return properties;
  }
}
