package dev.ringpost.shadow;

import dev.ringpost.polling.AllToOneAssignor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The consumers of a shadow. It has no producer. */
final class ShadowClients {

  /** Without a sign of life for so long a member is none, and another works. */
  private static final Duration SESSION = Duration.ofSeconds(10);

  private ShadowClients() {}

  /** The member of the group. */
  static Consumer<byte[], byte[]> newMember(ShadowSettings settings) {
    Map<String, Object> properties = reading(settings);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-shadow");
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
    // the other protocol knows no assignors of clients
    properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, AllToOneAssignor.class.getName());
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Math.toIntExact(SESSION.toMillis()));
    properties.put(
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, Math.toIntExact(SESSION.toMillis() / 4));
    return new KafkaConsumer<>(properties);
  }

  /** One outside of the group, which looks for the end of what is broken. */
  static Consumer<byte[], byte[]> newSearcher(ShadowSettings settings) {
    Map<String, Object> properties = reading(settings);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-shadow-search");
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return new KafkaConsumer<>(properties);
  }

  private static Map<String, Object> reading(ShadowSettings settings) {
    Map<String, Object> properties = new HashMap<>(settings.kafka());
    // a static member would be taken for the live worker that has its name
    properties.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // where it begins is decided as partitions are assigned, and a gap must be noticed
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return properties;
  }
}
