package dev.ringpost.shadow;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The moments up to which partitions have been read, by this machine's clock: one that has been
 * read to an end has been read up to the moment at which that was the end. Timestamps of records
 * say nothing here, for anybody's clock may have written them. For the consumer's thread.
 */
final class CaughtUp {

  /** Bound on one question for the ends; a silent leader holds up what is missing, nothing else. */
  private static final Duration BROKER_WAIT = Duration.ofMillis(500);

  /** An end, and when it was asked for. */
  private record Mark(long end, Instant asked) {}

  private final Map<TopicPartition, Mark> marks = new HashMap<>();
  private final Map<TopicPartition, Instant> readTo = new HashMap<>();

  /** Reading has begun at the ends that the partitions had then. */
  CaughtUp(Collection<TopicPartition> partitions, Instant from) {
    partitions.forEach(partition -> readTo.put(partition, from));
  }

  /** Looks how far the consumer has come, and asks for the ends that it is to reach next. */
  void look(Consumer<?, ?> consumer, Instant now) {
    marks
        .entrySet()
        .removeIf(
            it -> {
              boolean reached = consumer.position(it.getKey(), BROKER_WAIT) >= it.getValue().end();
              if (reached) {
                readTo.put(it.getKey(), it.getValue().asked());
              }
              return reached;
            });
    Set<TopicPartition> unmarked = new HashSet<>(readTo.keySet());
    unmarked.removeAll(marks.keySet());
    try {
      consumer
          .endOffsets(unmarked, BROKER_WAIT)
          .forEach((partition, end) -> marks.put(partition, new Mark(end, now)));
    } catch (TimeoutException _) {
      // asked again at the next look
    }
  }

  /** Up to when all partitions of a topic have been read. */
  Instant of(String topic) {
    return readTo.entrySet().stream()
        .filter(it -> it.getKey().topic().equals(topic))
        .map(Map.Entry::getValue)
        .min(Instant::compareTo)
        .orElse(Instant.MIN);
  }
}
