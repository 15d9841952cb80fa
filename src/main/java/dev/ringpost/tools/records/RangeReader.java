package dev.ringpost.tools.records;

import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A consumer behind {@link TopicReader}: it finds places by time and reads ranges of offsets. What
 * Kafka's client throws, it throws. For one thread.
 */
final class RangeReader implements AutoCloseable {

  /** Bound on how long the cluster may give nothing while there is something to read. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  /**
   * Bound on how far ahead a clock may be that wrote a record before others of a stretch: a broker
   * takes no more by default ({@code message.timestamp.after.max.ms}). A stretch that is over is
   * looked for so much further than it reaches.
   */
  static final Duration AHEAD = Duration.ofHours(1);

  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration CLOSING = Duration.ofSeconds(1);

  /** Records of one poll: large ones make a reading of a million records quick. */
  private static final int POLL_RECORDS = 10_000;

  private static final int PARTITION_BYTES = 8 << 20;

  /** The offsets to read of one partition. */
  record Range(long begin, long end) {
    long length() {
      return Math.max(0, end - begin);
    }
  }

  private final KafkaConsumer<byte[], byte[]> consumer;

  /**
   * @param client what every Kafka client is configured with
   * @param name the client's id, if {@code client} has none
   */
  RangeReader(Map<String, Object> client, String name, IsolationLevel isolation) {
    Map<String, Object> properties = new HashMap<>(client);
    properties.putIfAbsent(ConsumerConfig.CLIENT_ID_CONFIG, name);
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.toString());
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS);
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_BYTES);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    this.consumer = new KafkaConsumer<>(properties);
  }

  /** The partitions of a topic; none of one that does not exist. */
  List<TopicPartition> partitions(String topic) {
    List<PartitionInfo> known = consumer.partitionsFor(topic, PATIENCE);
    List<TopicPartition> partitions = new ArrayList<>();
    if (known != null) {
      known.forEach(it -> partitions.add(new TopicPartition(topic, it.partition())));
    }
    return partitions;
  }

  /** The first offset of a partition. */
  long begin(TopicPartition partition) {
    return begins(List.of(partition)).getOrDefault(partition, 0L);
  }

  /** The first offset of each. */
  Map<TopicPartition, Long> begins(Collection<TopicPartition> partitions) {
    return consumer.beginningOffsets(partitions, PATIENCE);
  }

  /** The offset behind the last record of a partition. */
  long end(TopicPartition partition) {
    return consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
  }

  /** The first record of each that is not older than a moment; of none that has no such record. */
  Map<TopicPartition, OffsetAndTimestamp> at(
      Collection<TopicPartition> partitions, Instant moment) {
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, Math.max(0, moment.toEpochMilli())));
    return consumer.offsetsForTimes(times, PATIENCE);
  }

  /** The ranges beyond which no record of a stretch stands, so far as clocks can be relied on. */
  Map<TopicPartition, Range> ranges(Collection<TopicPartition> partitions, Stretch stretch) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
    Map<TopicPartition, OffsetAndTimestamp> begins = at(partitions, stretch.from());
    Map<TopicPartition, OffsetAndTimestamp> beyond =
        stretch.upToNow() ? Map.of() : at(partitions, stretch.to().plus(AHEAD));
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

  /** How many offsets some ranges have together. */
  static long length(Map<TopicPartition, Range> ranges) {
    return ranges.values().stream().mapToLong(Range::length).sum();
  }

  /**
   * Reads ranges; records of one partition come in their order.
   *
   * @param wanted what is read; less of a partition where its broker's time passes the stretch
   * @return how many offsets were passed
   * @throws UnreadableTopicsException if Kafka gives no more before the end
   */
  long read(
      Map<TopicPartition, Range> wanted,
      Stretch stretch,
      Consumer<Envelope> each,
      ReadingProgress progress)
      throws UnreadableTopicsException {
    Map<TopicPartition, Range> ranges = new HashMap<>(wanted);
    consumer.assign(ranges.keySet());
    consumer.resume(ranges.keySet()); // one that was read before is paused at its end
    ranges.forEach((partition, range) -> consumer.seek(partition, range.begin()));
    long read = 0;
    long quietSince = System.nanoTime();
    while (read < length(ranges)) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        take(record, ranges, stretch, each);
      }
      long passed = passed(ranges);
      long all = length(ranges);
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
    return read;
  }

  private static void take(
      ConsumerRecord<byte[], byte[]> record,
      Map<TopicPartition, Range> ranges,
      Stretch stretch,
      Consumer<Envelope> each) {
    var partition = new TopicPartition(record.topic(), record.partition());
    Range range = ranges.get(partition);
    if (range == null || record.offset() >= range.end()) {
      return;
    }
    Envelope envelope = envelope(record);
    Instant time = envelope.origin().timestamp();
    if (time.isBefore(stretch.to())) {
      if (!time.isBefore(stretch.from())) {
        each.accept(envelope);
      }
    } else if (record.timestampType() == TimestampType.LOG_APPEND_TIME) {
      // a broker's time goes on: nothing of the stretch follows
      ranges.put(partition, new Range(range.begin(), record.offset()));
    }
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

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSING));
  }
}
