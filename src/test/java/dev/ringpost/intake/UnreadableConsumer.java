package dev.ringpost.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A consumer of two partitions, one of which holds records that cannot be handed out. As strict as
 * the real one: it throws from every poll until the partition is paused, hands out nothing else
 * meanwhile, and keeps what it has fetched until the position is another, also when the broker
 * would give something better by then. Only the consumer's thread may call it.
 */
final class UnreadableConsumer extends MockConsumer<byte[], byte[]> {

  static final TopicPartition GOOD = new TopicPartition("call-invites", 0);
  static final TopicPartition BAD = new TopicPartition("call-invites", 1);

  /** The way in which Kafka's client fails. */
  enum Failure {
    /** In the middle of a fetch: the partition is named, and passed over while it is paused. */
    NAMED,
    /** At the first byte of a fetch: no name, and it stands in everybody's way even if paused. */
    NAMELESS,
    /** No codec: as named, with an error below. */
    CODEC
  }

  private final Failure failure;

  /**
   * What the broker has; the mock hands out each record once, the broker as often as it is asked.
   */
  private final List<ConsumerRecord<byte[], byte[]>> stored = new ArrayList<>();

  private final Set<TopicPartition> unknown = new HashSet<>();
  private long badFrom;
  private long badTo;
  private Optional<Long> fetched = Optional.empty();
  private int fetches;

  /** The records from {@code badFrom} to before {@code badTo} cannot be handed out. */
  UnreadableConsumer(Failure failure, long badFrom, long badTo) {
    super("none");
    this.failure = failure;
    this.badFrom = badFrom;
    this.badTo = badTo;
    assign(List.of(GOOD, BAD));
    updateBeginningOffsets(Map.of(GOOD, 0L, BAD, 0L));
    seek(GOOD, 0);
    seek(BAD, badFrom);
  }

  /** Another replica leads, which has the records as they were. */
  void heal() {
    badFrom = badTo;
  }

  /** It is compared with the log, and where it stands is not told. */
  void withoutPosition(TopicPartition partition) {
    unknown.add(partition);
  }

  @Override
  public synchronized long position(TopicPartition partition, Duration timeout) {
    if (unknown.contains(partition)) {
      throw new TimeoutException("it awaits validation");
    }
    return position(partition);
  }

  /** How often the broker was asked for what cannot be handed out. */
  int fetches() {
    return fetches;
  }

  void add(TopicPartition partition, long offset) {
    stored.add(new ConsumerRecord<>(partition.topic(), partition.partition(), offset, null, null));
  }

  /** Nothing is young enough to ring: what begins anew begins at the end. */
  @Override
  public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
      Map<TopicPartition, Long> times, Duration timeout) {
    return Map.of();
  }

  @Override
  public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    if (assignment().contains(BAD)) {
      failIfUnreadable();
    }
    for (ConsumerRecord<byte[], byte[]> record : stored) {
      var partition = new TopicPartition(record.topic(), record.partition());
      if (!paused().contains(partition) && record.offset() >= position(partition)) {
        addRecord(record);
      }
    }
    return super.poll(timeout);
  }

  private void failIfUnreadable() {
    long at = position(BAD);
    boolean isPaused = paused().contains(BAD);
    boolean stale = fetched.isPresent() && fetched.get() != at;
    if (stale && (failure == Failure.NAMELESS || !isPaused)) {
      fetched = Optional.empty();
    }
    if (fetched.isEmpty() && !isPaused && at >= badFrom && at < badTo) {
      fetched = Optional.of(at);
      fetches++;
    }
    if (fetched.isPresent() && (failure == Failure.NAMELESS || !isPaused)) {
      throw thrown();
    }
  }

  private KafkaException thrown() {
    return switch (failure) {
      case NAMELESS -> new CorruptRecordException("Invalid magic found in record: 66");
      case NAMED ->
          wrapped(
              new KafkaException(
                  "Record batch for partition call-invites-1 at offset 7 is invalid, cause: Record"
                      + " is corrupt"));
      case CODEC -> wrapped(new KafkaException(new UnsatisfiedLinkError("no zstd-jni in /tmp")));
    };
  }

  private static KafkaException wrapped(KafkaException cause) {
    return new KafkaException(
        "Received exception when fetching the next record from call-invites-1. If needed, please"
            + " seek past the record to continue consumption.",
        cause);
  }
}
