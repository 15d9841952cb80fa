package dev.ringpost.intake;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Where partitions begin that nobody has read: with what was appended within the last {@code
 * lookBack}, else at their end. Kafka's own {@code by_duration} reset means the same, but where
 * nothing is that young its client asks again only after {@code request.timeout.ms}, and the
 * partition is deaf for half a minute.
 *
 * @param lookBack the longest that a call rings, for what is older rings no more
 */
record FreshStarts(Consumer<byte[], byte[]> consumer, Duration lookBack, InstantSource clock) {

  /**
   * The first offset to be read of each partition.
   *
   * @throws org.apache.kafka.common.errors.RetriableException if a broker does not answer within
   *     {@link OwnedPartitions#BROKER_WAIT}
   */
  Map<TopicPartition, Long> of(Collection<TopicPartition> partitions) {
    long since = clock.instant().minus(lookBack).toEpochMilli();
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, since));
    // The ends first: what is appended between the two answers must not be passed over.
    Map<TopicPartition, Long> starts =
        new HashMap<>(consumer.endOffsets(partitions, OwnedPartitions.BROKER_WAIT));
    consumer
        .offsetsForTimes(times, OwnedPartitions.BROKER_WAIT)
        .forEach(
            (partition, young) -> {
              if (young != null) {
                starts.put(partition, young.offset());
              }
            });
    return starts;
  }
}
