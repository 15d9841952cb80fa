package dev.ringpost.intake;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The properties of the consumer of invites: our defaults, the operator's, then what must be. */
final class ConsumerProperties {

  /** How soon added partitions are seen: well within the time that a call rings. */
  private static final Duration METADATA_AGE = Duration.ofSeconds(10);

  /** Heartbeats within a session: one or two may be lost without losing partitions. */
  private static final int HEARTBEATS = 4;

  /** However long the session: members learn of a rebalance by the answer to a heartbeat. */
  private static final Duration LONGEST_HEARTBEAT =
      IntakeSettings.SESSION_TIMEOUT.dividedBy(HEARTBEATS);

  private ConsumerProperties() {}

  static Map<String, Object> of(IntakeSettings settings) {
    Map<String, Object> properties =
        new HashMap<>(defaults(settings.groupProtocol(), settings.kafkaProperties()));
    properties.putAll(settings.kafkaProperties());
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-" + settings.source().word());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // OwnedPartitions decides: latest loses calls on new partitions, earliest reads days of dead
    // ones, and by_duration leaves a quiet partition deaf for a while.
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return properties;
  }

  /**
   * What a consumer under the classic protocol accepts for {@code session.timeout.ms}, read as
   * Kafka's client reads it: with its own trimming, and with what a configuration provider gives.
   *
   * @throws ConfigException if Kafka's client refuses it
   */
  static Duration session(Map<String, Object> kafkaProperties) {
    return duration(
        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, IntakeSettings.SESSION_TIMEOUT, kafkaProperties);
  }

  /**
   * The same for {@code heartbeat.interval.ms}, which follows the session time-out unless it is set
   * itself.
   *
   * @throws ConfigException if Kafka's client refuses one of the two
   */
  static Duration heartbeat(Map<String, Object> kafkaProperties) {
    Duration part = session(kafkaProperties).dividedBy(HEARTBEATS);
    return duration(
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
        part.compareTo(LONGEST_HEARTBEAT) < 0 ? part : LONGEST_HEARTBEAT,
        kafkaProperties);
  }

  /** Where a setting cannot be read the client itself will say so, better than we can here. */
  private static Duration heartbeatIfRead(Map<String, Object> kafkaProperties) {
    try {
      return heartbeat(kafkaProperties);
    } catch (KafkaException _) {
      return LONGEST_HEARTBEAT;
    }
  }

  private static Duration duration(
      String key, Duration byDefault, Map<String, Object> kafkaProperties) {
    Map<String, Object> properties = new HashMap<>(Map.of(key, millis(byDefault)));
    properties.putAll(kafkaProperties);
    var alone = new ConfigDef().define(ConsumerConfig.configDef().configKeys().get(key));
    return Duration.ofMillis(new AbstractConfig(alone, properties, false).getInt(key));
  }

  private static Map<String, Object> defaults(
      IntakeSettings.GroupProtocol protocol, Map<String, Object> kafkaProperties) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, millis(IntakeSettings.FETCH_WAIT));
    properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_AGE.toMillis());
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    switch (protocol) {
      case CLASSIC -> {
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            CooperativeStickyAssignor.class.getName());
        properties.put(
            ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, millis(IntakeSettings.SESSION_TIMEOUT));
        properties.put(
            ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, millis(heartbeatIfRead(kafkaProperties)));
      }
      case CONSUMER -> properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
    }
    return properties;
  }

  private static int millis(Duration time) {
    return Math.toIntExact(time.toMillis());
  }
}
