package dev.ringpost.tools.records;

import dev.ringpost.call.Envelope;
import dev.ringpost.tools.topics.FailureWords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A feed of what topics get from now on, from all their partitions and from those that are added
 * meanwhile. It joins no group and commits nothing. While Kafka does not answer it gives nothing,
 * says so, and goes on where it was. For one thread.
 */
public final class TopicFeed implements AutoCloseable {

  /** Bound on how long one look for records takes, where Kafka answers. */
  static final Duration POLL = Duration.ofMillis(100);

  /** How often Kafka is asked whether it is there: its client tells nobody that it is not. */
  static final Duration ASKED_EVERY = Duration.ofSeconds(2);

  /** Bound on how long an answer to that may take. */
  static final Duration ANSWER = Duration.ofSeconds(2);

  /** Bound on how long a new partition stays unknown. */
  private static final Duration METADATA_AGE = Duration.ofSeconds(5);

  private static final Duration CLOSING = Duration.ofSeconds(1);

  private final Set<String> topics;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Set<TopicPartition> known = new HashSet<>();
  private long askedNanos = System.nanoTime();
  private Optional<String> trouble = Optional.empty();

  /**
   * Begins at the present end of every partition.
   *
   * @param client what every Kafka client is configured with
   * @throws UnreadableTopicsException if a topic does not exist, or the cluster does not answer in
   *     time or refuses
   */
  public TopicFeed(Map<String, Object> client, Collection<String> topics)
      throws UnreadableTopicsException {
    this.topics = new TreeSet<>(topics);
    try {
      this.consumer = new KafkaConsumer<>(properties(client));
    } catch (KafkaException e) {
      throw new UnreadableTopicsException(FailureWords.of(e));
    }
    try {
      begin();
    } catch (KafkaException e) {
      close();
      throw new UnreadableTopicsException(FailureWords.of(e));
    } catch (UnreadableTopicsException e) {
      close();
      throw e;
    }
  }

  /** What the consumer is made with. */
  public static Map<String, Object> properties(Map<String, Object> client) {
    Map<String, Object> properties = new HashMap<>(client);
    properties.putIfAbsent(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-feed");
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // where a partition was cut or made anew, what is new counts
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_AGE.toMillis());
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return properties;
  }

  private void begin() throws UnreadableTopicsException {
    for (String topic : topics) {
      List<PartitionInfo> there = consumer.partitionsFor(topic, RangeReader.PATIENCE);
      if (there == null || there.isEmpty()) {
        throw new UnreadableTopicsException(topic + " does not exist");
      }
      there.forEach(it -> known.add(new TopicPartition(topic, it.partition())));
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(known, RangeReader.PATIENCE);
    consumer.assign(known);
    ends.forEach(consumer::seek);
  }

  /**
   * What has come since the last look, those of each partition in their order.
   *
   * @throws UnreadableTopicsException if Kafka refuses to give it
   */
  public List<Envelope> next() throws UnreadableTopicsException {
    try {
      List<Envelope> records = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        records.add(RangeReader.envelope(record));
      }
      if (System.nanoTime() - askedNanos >= ASKED_EVERY.toNanos()) {
        ask();
        askedNanos = System.nanoTime();
      }
      return records;
    } catch (InterruptException e) {
      throw e;
    } catch (AuthenticationException | AuthorizationException e) {
      throw new UnreadableTopicsException(FailureWords.of(e));
    } catch (KafkaException e) {
      // a batch that is broken on a broker's disk: the client hands out nothing behind it
      consumer.seekToEnd(known);
      trouble = Optional.of(FailureWords.of(e));
      return List.of();
    }
  }

  private void ask() {
    try {
      consumer.endOffsets(known, ANSWER);
      trouble = Optional.empty();
      Set<TopicPartition> added = new HashSet<>();
      for (String topic : topics) {
        for (PartitionInfo there : consumer.partitionsFor(topic, ANSWER)) {
          added.add(new TopicPartition(topic, there.partition()));
        }
      }
      added.removeAll(known);
      if (known.addAll(added)) {
        consumer.assign(known);
        consumer.seekToBeginning(added);
      }
    } catch (RetriableException e) {
      trouble = Optional.of(FailureWords.of(e));
    }
  }

  /** Why Kafka gives nothing; empty while it answers. */
  public Optional<String> trouble() {
    return trouble;
  }

  /** How many partitions are followed. */
  public int partitions() {
    return known.size();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSING));
  }
}
