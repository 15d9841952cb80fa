package dev.ringpost.directory;

import dev.ringpost.events.InvalidationCodec;
import dev.ringpost.events.TokenCodec;
import dev.ringpost.events.Unusable;
import dev.ringpost.events.ViewRecord;
import dev.ringpost.events.ViewRecord.ValueCodec;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.polling.CorruptBatch;
import dev.ringpost.polling.PassingPoll;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * One reading of a view's topic from its beginning to its present end, as a worker does, and keeps
 * nothing but counts: so it tells before a worker starts whether it could read the topic, in little
 * memory. For one use, on one thread.
 */
public final class ViewCheck {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

  /**
   * The result of a reading.
   *
   * @param records all of them, removals included
   * @param removals those without a value
   * @param skipped those that cannot be used, by reason
   * @param firstSkipped partition and offset of one of these
   * @param unreadable offsets that Kafka's client cannot hand out and that a worker passes
   * @param firstUnreadable partition, offset and cause of the first of these
   * @param standing where reading came no further though the end is ahead
   * @param strays keys that stand on more than one partition, of many keys about so many
   * @param density how many records there are for each key that has a value
   * @param whole whether the end was reached in time
   */
  public record Reading(
      long records,
      long removals,
      Map<String, Long> skipped,
      Optional<String> firstSkipped,
      long unreadable,
      Optional<String> firstUnreadable,
      Optional<String> standing,
      long strays,
      Density density,
      boolean whole) {

    /** How many cannot be used. */
    public long unusable() {
      return skipped.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * The records of the keys that were looked at, which are all of them, or of many keys some.
   *
   * @param records those of these keys, removals included
   * @param live how many of these keys have a value, by the last record of each that was read
   * @param oneIn every how many keys one was looked at; 1 if all were
   */
  public record Density(long records, long live, long oneIn) {

    /** Records for each key that has a value; empty if none has. */
    public OptionalDouble perLive() {
      return live == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) records / live);
    }
  }

  private final String topic;
  private final ValueCodec<?> codec;
  private final Map<String, Object> properties;
  private final Map<String, Long> skipped = new TreeMap<>();
  private Optional<String> firstSkipped = Optional.empty();
  private long unreadable;
  private Optional<String> firstUnreadable = Optional.empty();
  private final KeySample keys = new KeySample();
  private long records;
  private long removals;

  private ViewCheck(String topic, ValueCodec<?> codec, DirectorySettings settings) {
    this.topic = topic;
    this.codec = codec;
    this.properties = new HashMap<>(settings.readerProperties());
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-view-check");
  }

  /** Of registrations. */
  public static ViewCheck ofTokens(DirectorySettings settings) {
    return new ViewCheck(settings.tokensTopic(), new TokenCodec(), settings);
  }

  /** Of dead tokens. */
  public static ViewCheck ofInvalidations(DirectorySettings settings) {
    return new ViewCheck(settings.invalidationsTopic(), new InvalidationCodec(), settings);
  }

  /**
   * Reads the topic, which must exist.
   *
   * @param patience bound on the reading
   * @throws KafkaException if it cannot be read
   */
  public Reading read(Duration patience) {
    long start = System.nanoTime();
    var consumer = new KafkaConsumer<byte[], byte[]>(properties);
    try {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, patience).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, patience);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var poll = new PassingPoll(consumer, new Unread());
      var standstill = new Standstill();
      Map<TopicPartition, Long> behind = behind(consumer, ends, patience);
      Map<TopicPartition, Long> standing = Map.of();
      while (!behind.isEmpty() && System.nanoTime() - start < patience.toNanos()) {
        poll.poll(POLL).forEach(this::count);
        behind = behind(consumer, ends, patience);
        standing = standstill.among(behind, System.nanoTime());
      }
      return new Reading(
          records,
          removals,
          Map.copyOf(skipped),
          firstSkipped,
          unreadable,
          firstUnreadable,
          standing.entrySet().stream().findFirst().map(at -> place(at.getKey(), at.getValue())),
          keys.strays(),
          new Density(keys.records(), keys.live(), keys.oneIn()),
          behind.isEmpty());
    } finally {
      consumer.close(CloseOptions.timeout(CLOSE_WAIT));
    }
  }

  /** The positions of partitions that are not at their ends yet. */
  private static Map<TopicPartition, Long> behind(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, Duration patience) {
    Map<TopicPartition, Long> behind = new HashMap<>();
    ends.forEach(
        (partition, end) -> {
          long position = consumer.position(partition, patience);
          if (position < end) {
            behind.put(partition, position);
          }
        });
    return behind;
  }

  private static String place(TopicPartition partition, long offset) {
    return "partition " + partition.partition() + ", offset " + offset;
  }

  private final class Unread implements PassingPoll.Observer {

    @Override
    public void passed(TopicPartition partition, long from, long to, Throwable cause) {
      unreadable += to - from;
      if (firstUnreadable.isEmpty()) {
        firstUnreadable = Optional.of(place(partition, from) + ": " + cause.getMessage());
      }
    }

    @Override
    public void lacksCode(CorruptBatch batch, long offset) {
      throw new KafkaException(place(batch.partition(), offset) + " needs " + batch.cause());
    }
  }

  private void count(ConsumerRecord<byte[], byte[]> record) {
    records++;
    ViewRecord<?> read =
        ViewRecord.read(
            record.key(),
            record.value(),
            ContentMode.of(record.headers()),
            Instant.ofEpochMilli(record.timestamp()),
            codec);
    if (record.key() != null) {
      keys.seen(record.key(), record.partition(), read instanceof ViewRecord.Entry<?>);
    }
    switch (read) {
      case ViewRecord.Entry<?> _ -> {}
      case ViewRecord.Removed<?> _ -> removals++;
      case ViewRecord.UnusableValue<?>(var _, Unusable why) -> skip(record, why);
      case ViewRecord.MalformedKey<?>(Unusable why) -> skip(record, why);
    }
  }

  private void skip(ConsumerRecord<byte[], byte[]> record, Unusable why) {
    skipped.merge(why.reason().code(), 1L, Long::sum);
    if (firstSkipped.isEmpty()) {
      firstSkipped =
          Optional.of(place(new TopicPartition(topic, record.partition()), record.offset()));
    }
  }
}
