package dev.ringpost.tools.records;

import dev.ringpost.call.Origin;
import dev.ringpost.tools.topics.FailureWords;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The member of a consumer group that owns all partitions of a topic, or none. A second one is
 * refused; if two come at the same moment, both are. Partitions change hands only while it rests,
 * so that nobody owns them between a commit and what its owner does next; but for an owner that
 * stood still, which {@link #requireFresh} notices. It reads no records. For one thread.
 */
public final class SoleOwner implements AutoCloseable {

  /** Bound on waiting for a member that was killed, whose session takes a while to end. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  /** After this without a sign of life a member is none: the least that brokers allow. */
  static final Duration SESSION = Duration.ofSeconds(6);

  /** How old a commit may be for what rests on it; with the time of a request below a session. */
  static final Duration FRESH = SESSION.dividedBy(2);

  private static final Duration ASKING = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration CLOSING = Duration.ofSeconds(2);

  /** A commit for a partition. */
  public record Commit(long offset, String metadata) {}

  /**
   * The standing of a partition.
   *
   * @param begin its first offset
   * @param end the offset behind its last
   */
  public record Standing(long begin, long end, Optional<Commit> commit) {}

  private final Map<String, Object> client;
  private final String group;
  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Set<TopicPartition> owned = new HashSet<>();
  private boolean lost;
  private long committedNanos;

  /**
   * @param client what every Kafka client is configured with
   * @throws UnreadableTopicsException if Kafka's client refuses its settings
   */
  public SoleOwner(Map<String, Object> client, String group, String topic)
      throws UnreadableTopicsException {
    this.client = client;
    this.group = group;
    this.topic = topic;
    Map<String, Object> properties = new HashMap<>(client);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, group);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    properties.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName());
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Math.toIntExact(SESSION.toMillis()));
    properties.put(
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, Math.toIntExact(SESSION.toMillis() / 4));
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    try {
      this.consumer = new KafkaConsumer<>(properties);
    } catch (KafkaException e) {
      throw words(e);
    }
  }

  /**
   * Joins the group and waits until all partitions are ours, at most twice {@link #PATIENCE}.
   *
   * @throws UnreadableTopicsException if another is a member, or the cluster does not answer
   */
  public void own() throws UnreadableTopicsException {
    awaitNobody();
    try {
      int partitions = partitions().size();
      consumer.subscribe(List.of(topic), new Owned());
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (owned.size() < partitions && System.nanoTime() - end < 0) {
        consumer.poll(LOOK);
      }
      if (owned.size() < partitions) {
        throw taken("another process came at the same moment");
      }
      lost = false;
    } catch (KafkaException e) {
      throw words(e);
    }
  }

  private void awaitNobody() throws UnreadableTopicsException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    var anywhere = new Origin(topic, 0, 0, Instant.EPOCH);
    GroupStanding standing = GroupStanding.of(client, group, anywhere);
    while (standing.members() > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(LOOK.toNanos());
      standing = GroupStanding.of(client, group, anywhere);
    }
    if (standing.members() > 0) {
      throw taken(standing.owner().orElse("another process") + " is a member of it");
    }
  }

  private UnreadableTopicsException taken(String by) {
    return new UnreadableTopicsException(
        "the group " + group + " is taken: " + by + "; wait for its end, or stop it");
  }

  /**
   * What is committed, by partition; also for one who is no member.
   *
   * @throws UnreadableTopicsException if the cluster does not answer in time or refuses
   */
  public Map<Integer, Standing> standings() throws UnreadableTopicsException {
    try {
      Set<TopicPartition> all = partitions();
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(all, ASKING);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all, ASKING);
      Map<TopicPartition, OffsetAndMetadata> commits = consumer.committed(all, ASKING);
      Map<Integer, Standing> standings = new TreeMap<>();
      for (TopicPartition partition : all) {
        Optional<Commit> commit =
            Optional.ofNullable(commits.get(partition))
                .map(it -> new Commit(it.offset(), it.metadata()));
        standings.put(
            partition.partition(),
            new Standing(
                begins.getOrDefault(partition, 0L), ends.getOrDefault(partition, 0L), commit));
      }
      return standings;
    } catch (KafkaException e) {
      throw words(e);
    }
  }

  private Set<TopicPartition> partitions() throws UnreadableTopicsException {
    Set<TopicPartition> all = new HashSet<>();
    for (PartitionInfo known : consumer.partitionsFor(topic, ASKING)) {
      all.add(new TopicPartition(topic, known.partition()));
    }
    if (all.isEmpty()) {
      throw new UnreadableTopicsException(topic + " does not exist");
    }
    return all;
  }

  /**
   * Commits, and waits for the answer.
   *
   * @throws UnreadableTopicsException if the partition is not ours any more, or Kafka does not
   *     store it
   */
  public void commit(int partition, Commit commit) throws UnreadableTopicsException {
    requireOwned();
    try {
      consumer.commitSync(
          Map.of(
              new TopicPartition(topic, partition),
              new OffsetAndMetadata(commit.offset(), commit.metadata())),
          ASKING);
      committedNanos = System.nanoTime();
    } catch (KafkaException e) {
      throw words(e);
    }
  }

  /**
   * Waits, and stays a member.
   *
   * @throws UnreadableTopicsException if another took partitions meanwhile
   */
  public void rest(Duration time) throws UnreadableTopicsException {
    long end = System.nanoTime() + time.toNanos();
    try {
      for (long left = 0; left >= 0; left = end - System.nanoTime()) {
        consumer.poll(Duration.ofNanos(Math.min(left, LOOK.toNanos())));
        requireOwned();
      }
    } catch (KafkaException e) {
      throw words(e);
    }
  }

  /**
   * Asks whether the last commit is so young that nobody else can own the partition.
   *
   * @throws UnreadableTopicsException if not
   */
  public void requireFresh() throws UnreadableTopicsException {
    requireOwned();
    if (System.nanoTime() - committedNanos > FRESH.toNanos()) {
      throw new UnreadableTopicsException(
          "this process stood still for more than " + FRESH.toSeconds() + " s");
    }
  }

  private void requireOwned() throws UnreadableTopicsException {
    if (lost) {
      throw taken("partitions went to another process");
    }
  }

  private static UnreadableTopicsException words(KafkaException failure) {
    return new UnreadableTopicsException(FailureWords.of(failure));
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSING));
  }

  /** The keeper of what is ours; nothing of it is fetched. */
  private final class Owned implements ConsumerRebalanceListener {

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      consumer.pause(partitions);
      owned.addAll(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      lost = true;
      owned.removeAll(partitions);
    }
  }
}
