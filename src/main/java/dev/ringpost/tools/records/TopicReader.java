package dev.ringpost.tools.records;

import dev.ringpost.call.Envelope;
import dev.ringpost.tools.records.RangeReader.Range;
import dev.ringpost.tools.topics.FailureWords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * A reader of the records of a stretch of time, from all partitions of some topics. It seeks by
 * timestamp, joins no group and commits nothing. It reads committed records only, but of topics
 * that it is told to read whole. For one thread.
 */
public final class TopicReader implements AutoCloseable {

  private static final String NAME = "ringpost-records";

  private static final Stretch EVER = Stretch.since(Instant.EPOCH);

  /**
   * The sum of a reading.
   *
   * @param offsets how many offsets were passed
   * @param missing topics that do not exist
   */
  public record Summary(long offsets, List<String> missing) {}

  /** The share of a reading that one consumer has. */
  private record Share(RangeReader reader, Map<TopicPartition, Range> ranges) {
    long length() {
      return RangeReader.length(ranges);
    }
  }

  private final Set<String> uncommittedTopics;
  private final RangeReader committed;
  private final Optional<RangeReader> uncommitted;

  /**
   * A reader of committed records.
   *
   * @param client what every Kafka client is configured with
   * @throws UnreadableTopicsException if Kafka's client refuses its settings
   */
  public TopicReader(Map<String, Object> client) throws UnreadableTopicsException {
    this(client, Set.of());
  }

  /**
   * A reader that no open transaction holds up on some topics.
   *
   * @param client what every Kafka client is configured with
   * @param uncommittedTopics topics of which the records of open and of aborted transactions are
   *     read too
   * @throws UnreadableTopicsException if Kafka's client refuses its settings
   */
  public TopicReader(Map<String, Object> client, Set<String> uncommittedTopics)
      throws UnreadableTopicsException {
    this.uncommittedTopics = Set.copyOf(uncommittedTopics);
    try {
      this.committed = new RangeReader(client, NAME, IsolationLevel.READ_COMMITTED);
      this.uncommitted =
          uncommittedTopics.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  new RangeReader(client, NAME + "-uncommitted", IsolationLevel.READ_UNCOMMITTED));
    } catch (KafkaException e) {
      throw new UnreadableTopicsException(words(e));
    }
  }

  /**
   * A reader of what workers read, as they read it: of the invites also what stands in open and in
   * aborted transactions, unless an operator has set it otherwise.
   *
   * @param client what every Kafka client is configured with
   * @param invites the topic of invites
   * @throws UnreadableTopicsException if Kafka's client refuses its settings
   */
  public static TopicReader likeWorkers(Map<String, Object> client, String invites)
      throws UnreadableTopicsException {
    String isolation =
        String.valueOf(client.getOrDefault(ConsumerConfig.ISOLATION_LEVEL_CONFIG, ""));
    boolean committed = isolation.equals(IsolationLevel.READ_COMMITTED.toString());
    return new TopicReader(client, committed ? Set.of() : Set.of(invites));
  }

  /**
   * Reads the records of a stretch; those of one partition come in their order.
   *
   * @param each is given every record, on this thread
   * @throws UnreadableTopicsException if the cluster does not answer in time, refuses, or gives no
   *     more before the end; what was read until then was given
   */
  public Summary read(
      Collection<String> topics, Stretch stretch, Consumer<Envelope> each, ReadingProgress progress)
      throws UnreadableTopicsException {
    try {
      List<String> missing = new ArrayList<>();
      List<Share> shares = shares(topics, stretch, missing);
      long left = shares.stream().mapToLong(Share::length).sum();
      long passed = 0;
      for (Share share : shares) {
        left -= share.length();
        long before = passed;
        long behind = left;
        ReadingProgress whole = (read, all) -> progress.at(before + read, before + all + behind);
        passed += share.reader().read(share.ranges(), stretch, each, whole);
      }
      return new Summary(passed, missing);
    } catch (KafkaException e) {
      throw new UnreadableTopicsException(words(e));
    }
  }

  private List<Share> shares(Collection<String> topics, Stretch stretch, List<String> missing) {
    Map<RangeReader, List<TopicPartition>> found = new LinkedHashMap<>();
    for (String topic : new TreeSet<>(topics)) {
      RangeReader reader = reader(topic);
      List<TopicPartition> partitions = reader.partitions(topic);
      if (partitions.isEmpty()) {
        missing.add(topic);
      } else {
        found.computeIfAbsent(reader, _ -> new ArrayList<>()).addAll(partitions);
      }
    }
    List<Share> shares = new ArrayList<>();
    found.forEach(
        (reader, partitions) -> shares.add(new Share(reader, reader.ranges(partitions, stretch))));
    return shares;
  }

  private RangeReader reader(String topic) {
    return uncommittedTopics.contains(topic) ? uncommitted.orElseThrow() : committed;
  }

  /**
   * Reads the record at one place; empty where none stands there, or none any more.
   *
   * @throws UnreadableTopicsException if the cluster does not answer in time or refuses
   */
  public Optional<Envelope> at(String topic, int partition, long offset)
      throws UnreadableTopicsException {
    try {
      var place = new TopicPartition(topic, partition);
      RangeReader reader = reader(topic);
      if (!reader.partitions(topic).contains(place)
          || offset < reader.begin(place)
          || offset >= reader.end(place)) {
        return Optional.empty();
      }
      List<Envelope> found = new ArrayList<>();
      var range = new Range(offset, offset + 1);
      var _ = reader.read(Map.of(place, range), EVER, found::add, (_, _) -> {});
      return found.stream().findFirst();
    } catch (KafkaException e) {
      throw new UnreadableTopicsException(words(e));
    }
  }

  /**
   * Reads a partition from an offset to its present end.
   *
   * @return whether all from that offset on still stands there; if not, nothing was read
   * @throws UnreadableTopicsException if the cluster does not answer in time or refuses
   */
  public boolean from(
      String topic, int partition, long offset, Consumer<Envelope> each, ReadingProgress progress)
      throws UnreadableTopicsException {
    try {
      var place = new TopicPartition(topic, partition);
      RangeReader reader = reader(topic);
      long begin = reader.begin(place);
      var range = new Range(offset, reader.end(place));
      if (begin > offset || range.end() < offset) {
        return false;
      }
      var _ = reader.read(Map.of(place, range), EVER, each, progress);
      return true;
    } catch (KafkaException e) {
      throw new UnreadableTopicsException(words(e));
    }
  }

  /**
   * The offset behind the last record of a partition that is read.
   *
   * @throws UnreadableTopicsException if the cluster does not answer in time or refuses
   */
  public long end(String topic, int partition) throws UnreadableTopicsException {
    try {
      return reader(topic).end(new TopicPartition(topic, partition));
    } catch (KafkaException e) {
      throw new UnreadableTopicsException(words(e));
    }
  }

  /**
   * Since when a topic still holds all its records: the newest of the times of its partitions'
   * first records, or the given moment where a partition holds none any more. A partition that
   * begins at its first offset has lost nothing. {@link Instant#MIN} where none has.
   *
   * @throws UnreadableTopicsException if it does not exist, or the cluster does not answer
   */
  public Instant heldSince(String topic, Instant now) throws UnreadableTopicsException {
    try {
      RangeReader reader = reader(topic);
      List<TopicPartition> all = existing(topic);
      Map<TopicPartition, Long> begins = reader.begins(all);
      Map<TopicPartition, OffsetAndTimestamp> firsts = reader.at(all, Instant.EPOCH);
      Instant since = Instant.MIN;
      for (TopicPartition partition : all) {
        if (begins.getOrDefault(partition, 0L) > 0) {
          OffsetAndTimestamp first = firsts.get(partition);
          Instant begin = first == null ? now : Instant.ofEpochMilli(first.timestamp());
          since = begin.isAfter(since) ? begin : since;
        }
      }
      return since;
    } catch (KafkaException e) {
      throw new UnreadableTopicsException(words(e));
    }
  }

  /**
   * How many partitions a topic has.
   *
   * @throws UnreadableTopicsException if it does not exist, or the cluster does not answer
   */
  public int partitions(String topic) throws UnreadableTopicsException {
    try {
      return existing(topic).size();
    } catch (KafkaException e) {
      throw new UnreadableTopicsException(words(e));
    }
  }

  private List<TopicPartition> existing(String topic) throws UnreadableTopicsException {
    List<TopicPartition> partitions = reader(topic).partitions(topic);
    if (partitions.isEmpty()) {
      throw new UnreadableTopicsException(topic + " does not exist");
    }
    return partitions;
  }

  private static String words(KafkaException failure) {
    return FailureWords.of(failure);
  }

  @Override
  public void close() {
    committed.close();
    uncommitted.ifPresent(RangeReader::close);
  }
}
