package dev.ringpost.directory;

import dev.ringpost.directory.snapshot.SnapshotHeader.Position;
import dev.ringpost.polling.CorruptBatch;
import dev.ringpost.polling.PassingPoll;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The reading of one topic, known by its id, from its {@link StartPosition} into one view. It has a
 * consumer of its own, without a group: it commits nothing and shares nothing. Only committed
 * records count, so that the view is what compaction will leave. Belongs to one thread.
 *
 * <p>What one partition has, the others do not wait for: a batch that Kafka's client cannot hand
 * out is passed and told, a partition without a leader is left out until it has one, and so is one
 * whose records this process lacks the code to read. Only until these two are read the view is not
 * loaded.
 *
 * <p>{@code auto.offset.reset} is {@code none}: offsets that are gone mean that the view may hold
 * what the topic does not, and reading says so with an {@link
 * org.apache.kafka.clients.consumer.InvalidOffsetException} instead of going on.
 *
 * @param <V> the view
 */
final class TopicReading<V extends MaterializedView>
    implements PassingPoll.Observer, AutoCloseable {

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

  /** Bound on a question to the brokers: a follower must be able to end soon. */
  private static final Duration ANSWER_WAIT = Duration.ofSeconds(2);

  /** Bound on a question about one partition, while its others are being read. */
  private static final Duration SHORT_WAIT = Duration.ofMillis(250);

  /** Time between two tries at a partition that cannot be read. */
  private static final Duration RETRY = Duration.ofSeconds(5);

  static final Comparator<TopicPartition> BY_NUMBER =
      Comparator.comparingInt(TopicPartition::partition);

  /**
   * The progress of the reading.
   *
   * @param lag records that are known to be there and are not read
   * @param passed offsets that could not be read and were passed
   * @param unread how many partitions {@link #trouble} names
   */
  record Progress(long lag, long passed, int unread) {

    static final Progress NONE = new Progress(0, 0, 0);
  }

  /** Positions that must be reached to have been at the end at a moment. */
  private record Ends(long askedAt, Map<TopicPartition, Long> offsets) {}

  private final Uuid topicId;
  private final String topic;
  private final V view;
  private final Consumer<byte[], byte[]> consumer;
  private final PassingPoll poll;
  private final KafkaClientWatch metrics;
  private final StartPosition start;
  private final List<TopicPartition> partitions = new ArrayList<>();

  /** Partitions whose first offset is not known yet, those first that are asked next. */
  private final Set<TopicPartition> unplaced = new LinkedHashSet<>();

  /** Partitions that this process cannot read for want of code, and why. */
  private final Map<TopicPartition, String> blocked = new TreeMap<>(BY_NUMBER);

  private final Standstill standstill = new Standstill();

  /** Partitions that come no further, with their positions. */
  private Map<TopicPartition, Long> standing = Map.of();

  private boolean started;
  private boolean isWhole = true;
  private long readAt;
  private long retryAt;
  private long passed;
  private @Nullable Ends ends;

  TopicReading(
      Uuid topicId,
      String topic,
      int partitionCount,
      V view,
      StartPosition start,
      Map<String, Object> properties,
      DirectoryMeters meters) {
    this.topicId = topicId;
    this.topic = topic;
    this.view = view;
    this.start = start;
    this.consumer = new KafkaConsumer<>(ReaderProperties.of(properties));
    this.poll = new PassingPoll(consumer, this, start.known());
    this.metrics = meters.watch(consumer);
    extendTo(partitionCount);
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
    if (started) {
      assign();
      consumer.seekToBeginning(added);
    } else {
      unplaced.addAll(added);
    }
    ends = null;
    return true;
  }

  /** Takes what has come, waiting at most this long for something. */
  void read(Duration wait, long nanoTime) {
    if (!started) {
      begin(nanoTime);
    } else if (hasTrouble() && nanoTime - retryAt >= 0) {
      retry(nanoTime);
    }
    readAt = nanoTime;
    List<ConsumerRecord<byte[], byte[]>> records = poll.poll(wait);
    isWhole = false;
    view.applyAll(records);
    isWhole = true;
  }

  /** Places all partitions at once; if that takes too long, those whose leaders answer. */
  private void begin(long nanoTime) {
    consumer.assign(partitions);
    try {
      start.place(consumer, partitions, ANSWER_WAIT);
      unplaced.clear();
    } catch (TimeoutException e) {
      placeEach();
      if (unplaced.size() == partitions.size()) {
        throw e; // No partition's own trouble.
      }
      retryAt = nanoTime + RETRY.toNanos();
    }
    assign();
    started = true;
  }

  /** Places partitions one by one, those first that have waited longest. */
  private void placeEach() {
    long begun = System.nanoTime();
    for (TopicPartition partition : List.copyOf(unplaced)) {
      if (System.nanoTime() - begun >= ANSWER_WAIT.toNanos()) {
        return;
      }
      unplaced.remove(partition);
      try {
        start.place(consumer, List.of(partition), SHORT_WAIT);
      } catch (TimeoutException _) {
        unplaced.add(partition);
      }
    }
  }

  /** A partition without a position would make every poll fail. */
  private void assign() {
    consumer.assign(partitions.stream().filter(p -> !unplaced.contains(p)).toList());
  }

  private boolean hasTrouble() {
    return !unplaced.isEmpty() || !blocked.isEmpty();
  }

  private void retry(long nanoTime) {
    retryAt = nanoTime + RETRY.toNanos();
    consumer.resume(blocked.keySet());
    blocked.clear();
    if (!unplaced.isEmpty()) {
      consumer.assign(partitions);
      placeEach();
      assign();
    }
  }

  @Override
  public void passed(TopicPartition partition, long from, long to, Throwable cause) {
    passed += to - from;
    view.passed(partition, from, to, cause);
  }

  @Override
  public void lacksCode(CorruptBatch batch, long offset) {
    consumer.pause(List.of(batch.partition()));
    blocked.put(batch.partition(), "at offset " + offset + " for " + batch.cause());
    retryAt = readAt + RETRY.toNanos();
  }

  /** Partitions that are not read at the moment and why, in words; empty if there are none. */
  String trouble() {
    return Stream.of(
            unplaced.stream()
                .map(p -> "partition " + p.partition() + " has no leader that answers"),
            blocked.entrySet().stream()
                .map(e -> "partition " + e.getKey().partition() + " is stuck " + e.getValue()),
            standing.entrySet().stream()
                .map(
                    e ->
                        "partition "
                            + e.getKey().partition()
                            + " is stuck at offset "
                            + e.getValue()
                            + ", short of its end, and nothing comes"))
        .flatMap(Function.identity())
        .collect(Collectors.joining(", "));
  }

  /** False if a record has been handed out that the view may not have taken, by a fault of ours. */
  boolean isWhole() {
    return isWhole;
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
  OptionalLong endReached(long nanoTime) {
    if (ends == null) {
      return OptionalLong.empty();
    }
    Optional<Map<TopicPartition, Long>> behind = behind(ends);
    standing = standstill.among(behind.orElse(Map.of()), nanoTime);
    standing.keySet().removeAll(blocked.keySet());
    if (!unplaced.isEmpty() || !behind.equals(Optional.of(Map.of()))) {
      return OptionalLong.empty();
    }
    long askedAt = ends.askedAt();
    ends = null;
    return OptionalLong.of(askedAt);
  }

  /** The positions of partitions that are short of these ends; empty if one is not known yet. */
  private Optional<Map<TopicPartition, Long>> behind(Ends ends) {
    Map<TopicPartition, Long> behind = new HashMap<>();
    try {
      for (var end : ends.offsets().entrySet()) {
        TopicPartition partition = end.getKey();
        if (!unplaced.contains(partition)) {
          long position = consumer.position(partition, Duration.ZERO);
          if (position < end.getValue()) {
            behind.put(partition, position);
          }
        }
      }
      return Optional.of(behind);
    } catch (TimeoutException _) {
      return Optional.empty(); // The beginning of a partition.
    }
  }

  /** The next offset of each partition, in their order; empty if one is not known. */
  Optional<List<Position>> positions() {
    if (!started || !unplaced.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(partitions.stream().map(this::position).toList());
    } catch (KafkaException _) {
      // A partition that was just added has no beginning yet; of a log that was cut the next poll
      // tells.
      return Optional.empty();
    }
  }

  private Position position(TopicPartition partition) {
    OffsetAndMetadata at = poll.position(partition);
    return new Position(
        at.offset(), at.leaderEpoch().map(OptionalInt::of).orElse(OptionalInt.empty()));
  }

  Progress progress() {
    long lag =
        consumer.assignment().stream().mapToLong(p -> consumer.currentLag(p).orElse(0)).sum();
    return new Progress(lag, passed, unplaced.size() + blocked.size() + standing.size());
  }

  @Override
  public void close() {
    metrics.close();
    consumer.close(CloseOptions.timeout(CLOSE_WAIT));
  }
}
