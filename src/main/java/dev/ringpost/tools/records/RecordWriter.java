package dev.ringpost.tools.records;

import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.tools.topics.FailureWords;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A writer of single records: stored by all in-sync replicas, once, within a bound, by Java's
 * partitioner. For one thread.
 */
public final class RecordWriter implements AutoCloseable {

  /** Bound on the time that Kafka has to store a record. */
  static final Duration WITHIN = Duration.ofSeconds(15);

  private static final Duration CLOSING = Duration.ofSeconds(1);

  private final KafkaProducer<byte[], byte[]> producer;

  /**
   * @param client what every Kafka client is configured with
   * @throws UnreadableTopicsException if Kafka's client refuses its settings
   */
  public RecordWriter(Map<String, Object> client) throws UnreadableTopicsException {
    try {
      this.producer = new KafkaProducer<>(properties(client));
    } catch (KafkaException e) {
      throw new UnreadableTopicsException(FailureWords.of(e));
    }
  }

  /** What the producer is made with. */
  public static Map<String, Object> properties(Map<String, Object> client) {
    int within = Math.toIntExact(WITHIN.toMillis());
    Map<String, Object> properties = new HashMap<>(client);
    properties.putIfAbsent(ProducerConfig.CLIENT_ID_CONFIG, "ringpost-by-hand");
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, within);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, within / 3);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, within);
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return properties;
  }

  /**
   * Finds the brokers of a topic, so that the first record of it waits for nothing else than to be
   * stored.
   *
   * @throws UnreadableTopicsException if the topic cannot be written now
   */
  public void connect(String topic) throws UnreadableTopicsException {
    try {
      producer.partitionsFor(topic);
    } catch (KafkaException e) {
      throw new UnreadableTopicsException(topic + ": " + FailureWords.of(e));
    }
  }

  /**
   * Stores a record.
   *
   * @return where it stands
   * @throws UnreadableTopicsException if Kafka does not store it in time; it may stand there later
   */
  public Origin write(String topic, byte[] key, byte[] value) throws UnreadableTopicsException {
    return write(new ProducerRecord<>(topic, key, value));
  }

  /**
   * Stores a record with headers on a partition that is given.
   *
   * @return where it stands
   * @throws UnreadableTopicsException if Kafka does not store it in time; it may stand there later
   */
  public Origin write(
      String topic, int partition, byte @Nullable [] key, byte[] value, List<RecordHeader> headers)
      throws UnreadableTopicsException {
    var record = new ProducerRecord<byte[], byte[]>(topic, partition, key, value);
    headers.forEach(header -> record.headers().add(header.key(), header.value()));
    return write(record);
  }

  private Origin write(ProducerRecord<byte[], byte[]> record) throws UnreadableTopicsException {
    String topic = record.topic();
    try {
      RecordMetadata stored = producer.send(record).get(WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      return new Origin(
          topic, stored.partition(), stored.offset(), Instant.ofEpochMilli(stored.timestamp()));
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new UnreadableTopicsException(topic + ": " + FailureWords.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreadableTopicsException(FailureWords.of(e));
    }
  }

  @Override
  public void close() {
    producer.close(CLOSING);
  }
}
