package dev.ringpost.intake;

import dev.ringpost.polling.PollFailure;
import dev.ringpost.telemetry.IntakeMeters.Obstacle;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A poll that no single partition can stop. Kafka's client throws from every poll for as long as
 * one partition holds a record that it cannot hand out, and hands out nothing else meanwhile; here
 * that partition is found, set aside and tried again later. The consumer's thread alone calls it.
 *
 * <p>What {@code KafkaConsumer} 4.3.1 does, by its sources and by test: it keeps what it has
 * fetched of the partition and throws the same again without asking the broker. A paused partition
 * is passed over, but only once its fetch has been begun; a fetch that fails at its first byte (a
 * batch whose format number is wrong) stands in the way of all until the partition's position is
 * another. Both are dropped by one poll with the position moved.
 */
final class IsolatingPoll implements ConsumerRebalanceListener {

  /** The listener to records that are given up, which makes dead letters of them. */
  @FunctionalInterface
  interface Skipped {
    void skipped(TopicPartition partition, long offset, String detail);
  }

  /**
   * A record is given up only if it was fetched this often, from whatever replica leads by then.
   */
  private static final int TRIES_BEFORE_SKIPPING = 2;

  private static final Logger log = LoggerFactory.getLogger(IsolatingPoll.class);

  private final Consumer<byte[], byte[]> consumer;
  private final OwnedPartitions owned;
  private final BlockedPartitions blocked;
  private final Subscription subscription;
  private final Optional<Skipped> skip;
  private final LongConsumer removedUnread;
  private boolean unnamedBefore;

  /**
   * @param skip who hears of records that cannot be read and are gone past; empty to wait for them
   * @param removedUnread is told how many offsets Kafka had removed before they were read
   */
  IsolatingPoll(
      Consumer<byte[], byte[]> consumer,
      OwnedPartitions owned,
      BlockedPartitions blocked,
      Subscription door,
      Optional<Skipped> skip,
      LongConsumer removedUnread) {
    this.consumer = consumer;
    this.owned = owned;
    this.blocked = blocked;
    this.subscription = door;
    this.skip = skip;
    this.removedUnread = removedUnread;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    blocked.drop(partitions);
    owned.onPartitionsAssigned(partitions);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    blocked.drop(partitions);
    owned.onPartitionsRevoked(partitions);
  }

  /** One that comes back within the same poll begins where its group has come to. */
  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    blocked.drop(partitions);
    owned.onPartitionsLost(partitions);
  }

  /** Sets free whose next try is due. To be called before pausing and resuming. */
  void prepare() {
    blocked.keep(consumer.assignment());
    blocked.endProbations();
    blocked
        .flushing()
        .forEach(
            (partition, offset) -> {
              consumer.seek(partition, offset);
              blocked.tryAgain(partition);
            });
    blocked.due(Obstacle.RIGHTS).keySet().forEach(blocked::tryAgain);
    blocked
        .due(Obstacle.RECORD)
        .forEach(
            (partition, offset) -> {
              consumer.seek(partition, offset + 1);
              blocked.flush(partition);
            });
    beginIfAny(blocked.due(Obstacle.START).keySet());
  }

  /** The records of all partitions that can be read. */
  ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    try {
      owned.reached(blocked::contains);
      ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
      unnamedBefore = false;
      return withoutFlushed(records);
    } catch (LogTruncationException e) {
      // Where one waited for a record that is gone, it would go on behind what stands there now.
      e.divergentOffsets().keySet().forEach(blocked::readAgain);
      beginIfAny(owned.cut(e));
      return ConsumerRecords.empty();
    } catch (OffsetOutOfRangeException e) {
      begin(e.partitions());
      tellGone(e.offsetOutOfRangePartitions());
      return ConsumerRecords.empty();
    } catch (InvalidOffsetException e) {
      begin(e.partitions());
      return ConsumerRecords.empty();
    } catch (WakeupException _) {
      return ConsumerRecords.empty(); // Whoever woke us looks at why.
    } catch (InterruptException e) {
      throw e;
    } catch (TopicAuthorizationException e) {
      setAside(e);
      return ConsumerRecords.empty();
    } catch (RuntimeException | LinkageError e) {
      return isolate(e);
    }
  }

  /**
   * Kafka no longer has what was to be read next. Retention has passed it where reading goes on
   * further on; else the log was cut, or its topic recreated, and what stood there is not known.
   */
  private void tellGone(Map<TopicPartition, Long> next) {
    next.forEach(
        (partition, offset) -> {
          long goesOn = position(partition).orElse(0);
          if (goesOn > offset) {
            removedUnread.accept(goesOn - offset);
            log.atWarn()
                .addKeyValue("partition", partition)
                .addKeyValue("from", offset)
                .addKeyValue("to", goesOn)
                .log(
                    "Kafka removed records before they were read, see retention.ms of the topic;"
                        + " their calls rang nobody and have no verdict");
          } else {
            log.atWarn()
                .addKeyValue("partition", partition)
                .addKeyValue("offset", offset)
                .addKeyValue("goesOnAt", goesOn)
                .log("the partition ends before the record that was to be read next");
          }
        });
  }

  private ConsumerRecords<byte[], byte[]> withoutFlushed(ConsumerRecords<byte[], byte[]> records) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> kept = new HashMap<>();
    for (TopicPartition partition : records.partitions()) {
      if (!blocked.isFlushing(partition)) {
        kept.put(partition, records.records(partition));
        blocked.readAgain(partition);
      }
    }
    return new ConsumerRecords<>(kept, Map.of());
  }

  private void beginIfAny(Set<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      begin(partitions);
    }
  }

  /**
   * Begins partitions; those whose start cannot be learned wait, parked where nothing is fetched.
   */
  private void begin(Collection<TopicPartition> partitions) {
    Set<TopicPartition> unanswered = new HashSet<>(owned.initialize(partitions));
    for (TopicPartition partition : partitions) {
      if (unanswered.contains(partition)) {
        consumer.pause(Set.of(partition));
        consumer.seek(partition, 0);
        blocked.block(
            partition, Obstacle.START, 0, new TimeoutException("no answer from its leader"));
      } else {
        blocked.readAgain(partition);
      }
    }
  }

  private void setAside(TopicAuthorizationException e) {
    List<TopicPartition> without =
        consumer.assignment().stream()
            .filter(partition -> e.unauthorizedTopics().contains(partition.topic()))
            .toList();
    if (without.isEmpty() || !subscription.goesOnWithout(e.unauthorizedTopics())) {
      throw e;
    }
    without.forEach(
        partition -> blocked.block(partition, Obstacle.RIGHTS, position(partition).orElse(0), e));
  }

  private ConsumerRecords<byte[], byte[]> isolate(Throwable e) {
    Optional<TopicPartition> named = named(e);
    if (named.isPresent()) {
      TopicPartition partition = named.get();
      if (!blocked.isFlushing(partition)) {
        unreadable(partition, position(partition).orElse(0), e);
      }
      return ConsumerRecords.empty();
    }
    if (e instanceof CorruptRecordException || e instanceof InvalidRecordException) {
      return trial((KafkaException) e);
    }
    // What is thrown in the middle of a record is no exception of Kafka's and names no partition;
    // the next poll throws one that does.
    if (e instanceof KafkaException || unnamedBefore) {
      throw rethrown(e);
    }
    unnamedBefore = true;
    return ConsumerRecords.empty();
  }

  private static RuntimeException rethrown(Throwable e) {
    return e instanceof RuntimeException known ? known : new KafkaException(e);
  }

  private void unreadable(TopicPartition partition, long offset, Throwable e) {
    int tries = blocked.block(partition, Obstacle.RECORD, offset, e);
    // Not for want of a codec: that is this process's trouble, and would cost every record.
    var failure = new PollFailure(e);
    if (skip.isPresent() && tries >= TRIES_BEFORE_SKIPPING && !failure.isForWantOfCode()) {
      skip.get().skipped(partition, offset, failure.innermost().toString());
      consumer.seek(partition, offset + 1);
      blocked.goPast(partition, offset + 1);
    }
  }

  /** The assigned partition that an exception names. */
  private Optional<TopicPartition> named(Throwable e) {
    if (e instanceof RecordDeserializationException known) {
      return Optional.of(known.topicPartition());
    }
    return new PollFailure(e).partition(consumer.assignment());
  }

  /**
   * Finds the partition whose fetch fails at its first byte, which no exception names: moves one
   * after the other away until a poll succeeds.
   */
  private ConsumerRecords<byte[], byte[]> trial(KafkaException e) {
    for (TopicPartition partition : List.copyOf(consumer.assignment())) {
      OptionalLong position = position(partition);
      if (position.isEmpty() || consumer.paused().contains(partition)) {
        continue;
      }
      long offset = position.getAsLong();
      consumer.pause(Set.of(partition));
      consumer.seek(partition, offset + 1);
      try {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ZERO);
        if (!blocked.isFlushing(partition)) {
          unreadable(partition, offset, e);
        }
        return withoutFlushed(records);
      } catch (CorruptRecordException | InvalidRecordException _) {
        if (consumer.assignment().contains(partition)) {
          consumer.seek(partition, offset);
          consumer.resume(Set.of(partition));
        }
      }
    }
    throw e;
  }

  /** Where the consumer stands; empty while it is compared with the log, and nothing is fetched. */
  private OptionalLong position(TopicPartition partition) {
    try {
      return OptionalLong.of(consumer.position(partition, Duration.ZERO));
    } catch (TimeoutException _) {
      return OptionalLong.empty();
    }
  }
}
