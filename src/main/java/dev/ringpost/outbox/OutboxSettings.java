package dev.ringpost.outbox;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.delivery.RetryLadder;
import dev.ringpost.events.CalleeAs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The settings of the outbox: the topics of everything that Ringpost writes, and the Kafka client.
 *
 * <p>All topics should take messages of {@code batch.size} (64 KiB unless it is set) and more,
 * which Kafka's default of 1 MiB does; the check of topics at start warns of others. Below that a
 * batch of small records can be too large; the client then splits it, and on a partition that the
 * producer is new to, the broker may already have taken a later batch and refuse the parts as out
 * of order until {@code delivery.timeout.ms}, two minutes unless it is set, is over. Nothing is
 * lost, but it takes that time; and as the client gives up then without knowing what the broker
 * has, the outbox sends again and a record may be stored twice. Readers know a repeat by invite and
 * attempt.
 *
 * @param resultsTopic the topic of results
 * @param deadLettersTopic the topic of dead letters; another than that of results, for they have
 *     different readers
 * @param invalidationsTopic the topic of dead tokens
 * @param retryTopics the topics of the retry ladder, one for each retry
 * @param missedCallsTopic the topic of calls that may have been missed; empty if nobody is told
 * @param callee how results name the callee
 * @param resultFormat the format of results
 * @param kafka properties of the Kafka client, {@code bootstrap.servers} among them; they win over
 *     our defaults, but for those that the promises rest on. They may hold passwords and are never
 *     printed.
 */
public record OutboxSettings(
    String resultsTopic,
    String deadLettersTopic,
    String invalidationsTopic,
    List<String> retryTopics,
    Optional<String> missedCallsTopic,
    CalleeAs callee,
    ResultFormat resultFormat,
    Map<String, Object> kafka) {

  /** Bound on the topics that are written: the retries of a ladder and four more. */
  static final int MAX_OUTPUTS = RetryLadder.MAX_RETRIES + 4;

  /** What is sent together at most, in bytes; at full load a linger gathers more than 16 KiB. */
  static final int BATCH_BYTES = 64 * 1024;

  /** What the producer may hold in memory, in bytes: the buffers of all that is on its way. */
  static final int BUFFER_BYTES = 32 * 1024 * 1024;

  /**
   * What our promises rest on. Stored means stored by all in-sync replicas, once. The buffer's size
   * is what {@link TopicQueue#MAX_FLYING_BYTES} is a part of. One request at a time to each broker,
   * for a broker that becomes a partition's leader may refuse a producer's first batch and store
   * its second: the first is out of order then, and it and all behind it wait for {@code
   * delivery.timeout.ms}, two minutes (KAFKA-14359, KAFKA-15591). A broker handles one request of a
   * connection at a time anyway.
   */
  private static final Map<String, Object> FIXED =
      Map.of(
          ProducerConfig.ACKS_CONFIG,
          "all",
          ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
          true,
          ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
          1,
          ProducerConfig.BUFFER_MEMORY_CONFIG,
          (long) BUFFER_BYTES);

  /** Properties that must not be set, because each of them breaks the outbox. */
  private static final Set<String> REFUSED =
      Set.of(
          ProducerConfig.ACKS_CONFIG,
          ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
          ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
          ProducerConfig.BUFFER_MEMORY_CONFIG,
          ProducerConfig.TRANSACTIONAL_ID_CONFIG);

  /**
   * Defaults with their reasons. Lingering gathers records, which about halves their cost. A send
   * to a topic that is not there blocks its thread for {@code max.block.ms}. A broker that accepts
   * requests and answers none is left after {@code request.timeout.ms}, while the long default of
   * {@code delivery.timeout.ms} stays: as long as the client itself sends again, nothing is stored
   * twice. No compression: records with keys scatter over the partitions, so batches are small, and
   * the size that the client checks is then the size that the broker sees.
   */
  private static final Map<String, Object> DEFAULTS =
      Map.of(
          ProducerConfig.CLIENT_ID_CONFIG,
          "ringpost-outbox",
          ProducerConfig.LINGER_MS_CONFIG,
          5,
          ProducerConfig.BATCH_SIZE_CONFIG,
          BATCH_BYTES,
          ProducerConfig.MAX_BLOCK_MS_CONFIG,
          1_000,
          ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
          10_000,
          ProducerConfig.COMPRESSION_TYPE_CONFIG,
          "none");

  /** Settings of an outbox that keeps no calls which may have been missed. */
  public OutboxSettings(
      String resultsTopic,
      String deadLettersTopic,
      String invalidationsTopic,
      List<String> retryTopics,
      CalleeAs callee,
      ResultFormat resultFormat,
      Map<String, Object> kafka) {
    this(
        resultsTopic,
        deadLettersTopic,
        invalidationsTopic,
        retryTopics,
        Optional.empty(),
        callee,
        resultFormat,
        kafka);
  }

  public OutboxSettings {
    kafka = Map.copyOf(kafka);
    retryTopics = List.copyOf(retryTopics);
    InvalidSettingsException.require(
        !retryTopics.isEmpty() && retryTopics.size() <= RetryLadder.MAX_RETRIES,
        "retry.ladder",
        "must have 1 to " + RetryLadder.MAX_RETRIES + " times");
    Map<String, String> keys = new HashMap<>();
    requireTopic("topics.results", resultsTopic, keys);
    requireTopic("topics.dead-letters", deadLettersTopic, keys);
    requireTopic("topics.invalidations", invalidationsTopic, keys);
    retryTopics.forEach(topic -> requireTopic("topics.retry", topic, keys));
    missedCallsTopic.ifPresent(topic -> requireTopic("topics.missed-calls", topic, keys));
    InvalidSettingsException.require(
        kafka.containsKey(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG),
        "kafka.bootstrap-servers",
        "must be set");
    var refused = new TreeSet<>(REFUSED);
    refused.retainAll(kafka.keySet());
    if (!refused.isEmpty()) {
      throw new InvalidSettingsException(
          List.of(
              Finding.failed(
                  "kafka.properties",
                  "must not set "
                      + String.join(", ", refused)
                      + ": what Ringpost promises rests on its own values",
                  "remove them")));
    }
  }

  /**
   * What a producer with these properties sends together at most, in bytes, read as Kafka's client
   * reads it.
   *
   * @throws org.apache.kafka.common.config.ConfigException if Kafka's client refuses it
   */
  public static int batchBytes(Map<String, Object> kafkaProperties) {
    Map<String, Object> properties = new HashMap<>(DEFAULTS);
    properties.putAll(kafkaProperties);
    var alone =
        new ConfigDef()
            .define(ProducerConfig.configDef().configKeys().get(ProducerConfig.BATCH_SIZE_CONFIG));
    return new AbstractConfig(alone, properties, false).getInt(ProducerConfig.BATCH_SIZE_CONFIG);
  }

  /** All properties of the producer, but for its serializers; values may be passwords. */
  public Map<String, Object> producerProperties() {
    Map<String, Object> properties = new HashMap<>(DEFAULTS);
    properties.putAll(kafka);
    properties.putAll(FIXED);
    return properties;
  }

  /** Without the values of the Kafka properties, for they may be passwords. */
  @Override
  public String toString() {
    return "OutboxSettings[resultsTopic="
        + resultsTopic
        + ", deadLettersTopic="
        + deadLettersTopic
        + ", invalidationsTopic="
        + invalidationsTopic
        + ", retryTopics="
        + retryTopics
        + ", missedCallsTopic="
        + missedCallsTopic
        + ", callee="
        + callee
        + ", resultFormat="
        + resultFormat
        + ", kafka="
        + new TreeSet<>(kafka.keySet())
        + "]";
  }

  /** Each topic has readers of its own, so each has a name of its own. */
  private static void requireTopic(String key, String topic, Map<String, String> keys) {
    InvalidSettingsException.require(!topic.isBlank(), key, "must name a topic");
    String other = keys.putIfAbsent(topic, key);
    if (other != null) {
      throw new InvalidSettingsException(
          List.of(
              Finding.failed(
                  key,
                  "must be another topic than " + other + ", not " + topic,
                  "give each topic a name of its own")));
    }
  }
}
