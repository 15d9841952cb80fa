package dev.ringpost.tools.records;

import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.tools.topics.FailureWords;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A reader of the records of a stretch of time, from all partitions of some topics. It seeks by
 * timestamp, joins no group and commits nothing; like a worker it reads committed records only. For
 * one thread.
 */
public final class TopicReader implements AutoCloseable {

  /** Bound on how long the cluster may give nothing while there is something to read. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration CLOSING = Duration.ofSeconds(1);

  /** Records of one poll: large ones make a reading of a million records quick. */
  private static final int POLL_RECORDS = 10_000;

  private static final int PARTITION_BYTES = 8 << 20;

  private static final Stretch EVER =
      new Stretch(Instant.EPOCH, Instant.ofEpochMilli(Long.MAX_VALUE));

  /**
   * The sum of a reading.
   *
   * @param offsets how many offsets were passed
   * @param missing topics that do not exist
   */
  public record Summary(long offsets, List<String> missing) {}

  /** The offsets to read of one partition. */
  private record Range(long begin, long end) {
    long length() {
      return Math.max(0, end - begin);
    }
  }

  private final KafkaConsumer<byte[], byte[]> consumer;

  /**
   * @param client what every Kafka client is configured with
   * @throws UnreadableTopicsException if Kafka's client refuses its settings
   */
  public TopicReader(Map<String, Object> client) throws UnreadableTopicsException {
    Map<String, Object> properties = new HashMap<>(client);
    properties.putIfAbsent(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-records");
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS);
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_BYTES);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    try {
      this.consumer = new KafkaConsumer<>(properties);
    } catch (KafkaException e) {
      throw new UnreadableTopicsException(words(e));
    }
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
      Map<TopicPartition, Range> ranges = ranges(partitions(topics, missing), stretch);
      long all = ranges.values().stream().mapToLong(Range::length).sum();
      readAll(ranges, all, stretch, each, progress);
      return new Summary(all, missing);
    } catch (KafkaException e) {
      throw new UnreadableTopicsException(words(e));
    }
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
      if (!partitions(List.of(topic), new ArrayList<>()).contains(place)
          || offset < consumer.beginningOffsets(List.of(place), PATIENCE).getOrDefault(place, 0L)
          || offset >= consumer.endOffsets(List.of(place), PATIENCE).getOrDefault(place, 0L)) {
        return Optional.empty();
      }
      List<Envelope> found = new ArrayList<>();
      var range = new Range(offset, offset + 1);
      readAll(Map.of(place, range), range.length(), EVER, found::add, (_, _) -> {});
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
      long begin = consumer.beginningOffsets(List.of(place), PATIENCE).getOrDefault(place, 0L);
      var range = new Range(offset, end(topic, partition));
      if (begin > offset || range.end() < offset) {
        return false;
      }
      readAll(Map.of(place, range), range.length(), EVER, each, progress);
      return true;
    } catch (KafkaException e) {
      throw new UnreadableTopicsException(words(e));
    }
  }

  /**
   * The offset behind the last record of a partition.
   *
   * @throws UnreadableTopicsException if the cluster does not answer in time or refuses
   */
  public long end(String topic, int partition) throws UnreadableTopicsException {
    try {
      var place = new TopicPartition(topic, partition);
      return consumer.endOffsets(List.of(place), PATIENCE).getOrDefault(place, 0L);
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
      List<TopicPartition> all = partitions(List.of(topic), new ArrayList<>());
      if (all.isEmpty()) {
        throw new UnreadableTopicsException(topic + " does not exist");
      }
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(all, PATIENCE);
      Map<TopicPartition, OffsetAndTimestamp> firsts = at(all, Instant.EPOCH);
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
      int count = partitions(List.of(topic), new ArrayList<>()).size();
      if (count == 0) {
        throw new UnreadableTopicsException(topic + " does not exist");
      }
      return count;
    } catch (KafkaException e) {
      throw new UnreadableTopicsException(words(e));
    }
  }

  private List<TopicPartition> partitions(Collection<String> topics, List<String> missing) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : new TreeSet<>(topics)) {
      List<PartitionInfo> known = consumer.partitionsFor(topic, PATIENCE);
      if (known == null || known.isEmpty()) {
        missing.add(topic);
      } else {
        known.forEach(it -> partitions.add(new TopicPartition(topic, it.partition())));
      }
    }
    return partitions;
  }

  private Map<TopicPartition, Range> ranges(List<TopicPartition> partitions, Stretch stretch) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
    Map<TopicPartition, OffsetAndTimestamp> begins = at(partitions, stretch.from());
    Map<TopicPartition, OffsetAndTimestamp> beyond = at(partitions, stretch.to());
    Map<TopicPartition, Range> ranges = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp begin = begins.get(partition);
      OffsetAndTimestamp end = beyond.get(partition);
      if (begin != null) {
        long last = ends.getOrDefault(partition, 0L);
        var range = new Range(begin.offset(), end == null ? last : Math.min(last, end.offset()));
        if (range.length() > 0) {
          ranges.put(partition, range);
        }
      }
    }
    return ranges;
  }

  private Map<TopicPartition, OffsetAndTimestamp> at(List<TopicPartition> all, Instant moment) {
    Map<TopicPartition, Long> times = new HashMap<>();
    all.forEach(partition -> times.put(partition, Math.max(0, moment.toEpochMilli())));
    return consumer.offsetsForTimes(times, PATIENCE);
  }

  private void readAll(
      Map<TopicPartition, Range> ranges,
      long all,
      Stretch stretch,
      Consumer<Envelope> each,
      ReadingProgress progress)
      throws UnreadableTopicsException {
    consumer.assign(ranges.keySet());
    ranges.forEach((partition, range) -> consumer.seek(partition, range.begin()));
    long read = 0;
    long quietSince = System.nanoTime();
    while (read < all) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        Envelope envelope = envelope(record);
        Instant time = envelope.origin().timestamp();
        if (record.offset() < end(ranges, record)
            && !time.isBefore(stretch.from())
            && time.isBefore(stretch.to())) {
          each.accept(envelope);
        }
      }
      long passed = passed(ranges);
      if (passed > read) {
        quietSince = System.nanoTime();
        read = passed;
        progress.at(read, all);
      } else if (System.nanoTime() - quietSince > PATIENCE.toNanos()) {
        throw new UnreadableTopicsException(
            "no record came for "
                + PATIENCE.toSeconds()
                + " s, with "
                + (all - read)
                + " of "
                + all
                + " still to read");
      }
    }
  }

  private static long end(
      Map<TopicPartition, Range> ranges, ConsumerRecord<byte[], byte[]> record) {
    Range range = ranges.get(new TopicPartition(record.topic(), record.partition()));
    return range == null ? 0 : range.end();
  }

  /** Positions pass the offsets of transaction markers too; what is read to its end rests. */
  private long passed(Map<TopicPartition, Range> ranges) {
    long passed = 0;
    List<TopicPartition> done = new ArrayList<>();
    for (TopicPartition partition : consumer.assignment()) {
      Range range = ranges.get(partition);
      if (range != null) {
        long position = Math.min(range.end(), consumer.position(partition, PATIENCE));
        passed += Math.max(0, position - range.begin());
        if (position == range.end()) {
          done.add(partition);
        }
      }
    }
    consumer.pause(done);
    return passed;
  }

  static Envelope envelope(ConsumerRecord<byte[], byte[]> record) {
    List<RecordHeader> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(new RecordHeader(header.key(), header.value()));
    }
    return new Envelope(
        new Origin(
            record.topic(),
            record.partition(),
            record.offset(),
            Instant.ofEpochMilli(record.timestamp())),
        record.key(),
        record.value(),
        headers);
  }

  private static String words(KafkaException failure) {
    return FailureWords.of(failure);
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSING));
  }
}
