package dev.ringpost.directory;

import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.KafkaClientWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one topic, known by its id, from its {@link ReadingStart} into one view. It has a consumer
 * of its own, without a group: it commits nothing and shares nothing. Only committed records count,
 * so that the view is what compaction will leave. Belongs to one thread.
 *
 * <p>{@code auto.offset.reset} is {@code none}: offsets that are gone mean that the view may hold
 * what the topic does not, and reading says so with an {@link
 * org.apache.kafka.clients.consumer.InvalidOffsetException} instead of going on.
 *
 * @param <V> the view
 */
final class TopicReading<V extends FollowedView> implements AutoCloseable {

  /** Bound on the records of one turn. */
  static final int MAX_RECORDS = 2000;

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

  /** Positions that must be reached to have been at the end at a moment. */
  private record Ends(long askedAt, Map<TopicPartition, Long> offsets) {}

  private final Uuid topicId;
  private final String topic;
  private final V view;
  private final Consumer<byte[], byte[]> consumer;
  private final KafkaClientWatch metrics;
  private final ReadingStart start;
  private final List<TopicPartition> partitions = new ArrayList<>();
  private boolean started;
  private @Nullable Ends ends;

  TopicReading(
      Uuid topicId,
      String topic,
      int partitionCount,
      V view,
      ReadingStart start,
      Map<String, Object> properties,
      DirectoryMeters meters) {
    this.topicId = topicId;
    this.topic = topic;
    this.view = view;
    this.start = start;
    this.consumer = new KafkaConsumer<>(properties(properties));
    this.metrics = meters.watch(consumer);
    extendTo(partitionCount);
  }

  /** What the consumer is made with: the operator's properties, then what must be. */
  static Map<String, Object> properties(Map<String, Object> properties) {
    Map<String, Object> own = new HashMap<>(properties);
    own.remove(ConsumerConfig.GROUP_ID_CONFIG);
    own.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    own.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    own.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_RECORDS);
    own.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    own.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return own;
  }

  Uuid topicId() {
    return topicId;
  }

  V view() {
    return view;
  }

  List<TopicPartition> partitions() {
    return List.copyOf(partitions);
  }

  /**
   * Reads the partitions up to this number as well, those that come later from their beginnings.
   */
  boolean extendTo(int partitionCount) {
    List<TopicPartition> added =
        IntStream.range(partitions.size(), partitionCount)
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .toList();
    if (added.isEmpty()) {
      return false;
    }
    partitions.addAll(added);
    consumer.assign(partitions);
    if (started) {
      consumer.seekToBeginning(added);
    }
    ends = null;
    return true;
  }

  /** Takes what has come, waiting at most this long for something. */
  void read(Duration wait) {
    if (!started) {
      start.place(consumer, partitions);
      started = true;
    }
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      view.apply(record);
    }
  }

  /** Whether the end is to be asked for. */
  boolean wantsEnds() {
    return ends == null;
  }

  /** The topic's end offsets, as of a moment. */
  void setEnds(long askedAt, Map<TopicPartition, Long> offsets) {
    ends = new Ends(askedAt, offsets);
  }

  /**
   * The moment of which has just been learned that the view was at the end. Positions decide and
   * never counts of records: compaction and transactions leave holes.
   */
  OptionalLong endReached() {
    if (ends == null || !isPast(ends)) {
      return OptionalLong.empty();
    }
    long askedAt = ends.askedAt();
    ends = null;
    return OptionalLong.of(askedAt);
  }

  private boolean isPast(Ends ends) {
    try {
      for (var end : ends.offsets().entrySet()) {
        if (consumer.position(end.getKey(), Duration.ZERO) < end.getValue()) {
          return false;
        }
      }
      return true;
    } catch (TimeoutException _) {
      return false; // The beginning of a partition is not known yet.
    }
  }

  /** Records that are known to be there and are not read. */
  long lag() {
    return partitions.stream().mapToLong(p -> consumer.currentLag(p).orElse(0)).sum();
  }

  @Override
  public void close() {
    metrics.close();
    consumer.close(CloseOptions.timeout(CLOSE_WAIT));
  }
}
