package dev.ringpost.health;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** The times up to which partitions have been read, by their records. For one thread. */
final class ReadTimes {

  private final Map<TopicPartition, Instant> times = new HashMap<>();

  ReadTimes(Collection<TopicPartition> partitions, Instant from) {
    partitions.forEach(partition -> times.put(partition, from));
  }

  /** A partition has been read up to this time; times only go on. */
  void read(TopicPartition partition, Instant time) {
    times.merge(partition, time, (known, now) -> now.isAfter(known) ? now : known);
  }

  /** Up to when all partitions of a topic have been read. */
  Instant of(String topic) {
    return times.entrySet().stream()
        .filter(it -> it.getKey().topic().equals(topic))
        .map(Map.Entry::getValue)
        .min(Instant::compareTo)
        .orElse(Instant.MIN);
  }
}
