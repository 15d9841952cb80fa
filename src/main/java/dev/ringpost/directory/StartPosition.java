package dev.ringpost.directory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** The position at which the reading of a topic begins. Used by the thread that reads. */
interface StartPosition {

  /**
   * Sets the position in each of the partitions, which are assigned.
   *
   * @param wait bound on each of two questions to the brokers
   * @throws org.apache.kafka.common.KafkaException if the brokers do not answer; nothing is lost by
   *     trying again
   */
  void place(
      Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions, Duration wait);

  /** Where partitions begin of which that is known without asking, with the leaders' epochs. */
  default Map<TopicPartition, OffsetAndMetadata> known() {
    return Map.of();
  }

  /**
   * These offsets. Kafka's client finds out, by the epochs, if the log was cut below one of them,
   * and throws when it is read.
   */
  static StartPosition at(Map<TopicPartition, OffsetAndMetadata> known) {
    return new StartPosition() {
      @Override
      public void place(
          Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions, Duration wait) {
        List<TopicPartition> added =
            partitions.stream().filter(partition -> !known.containsKey(partition)).toList();
        if (!added.isEmpty()) { // none would mean all
          consumer.seekToBeginning(added);
        }
        partitions.stream()
            .filter(known::containsKey)
            .forEach(partition -> consumer.seek(partition, known.get(partition)));
      }

      @Override
      public Map<TopicPartition, OffsetAndMetadata> known() {
        return known;
      }
    };
  }

  /** The beginning of each partition. */
  static StartPosition beginning() {
    return (consumer, partitions, _) -> consumer.seekToBeginning(partitions);
  }

  /**
   * The first record of the last while, or else the end. The end is asked for first, so that what
   * is appended between the two answers is not passed over.
   *
   * @param clock is to agree with the brokers' clocks about as well as the while is long
   */
  static StartPosition back(Duration time, InstantSource clock) {
    return (consumer, partitions, wait) -> {
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, wait);
      long since = Math.max(0, clock.instant().minus(time).toEpochMilli());
      Map<TopicPartition, Long> times = new HashMap<>();
      partitions.forEach(partition -> times.put(partition, since));
      Map<TopicPartition, OffsetAndTimestamp> first = consumer.offsetsForTimes(times, wait);
      ends.forEach(
          (partition, end) -> {
            OffsetAndTimestamp found = first.get(partition);
            consumer.seek(partition, found == null ? end : found.offset());
          });
    };
  }
}
