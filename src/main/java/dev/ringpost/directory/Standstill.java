package dev.ringpost.directory;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Partitions whose reading comes no further, though their ends are ahead and Kafka's client reports
 * nothing: where a batch's length is wrong on a broker's disk, the broker finds nothing behind it.
 * Belongs to one thread.
 */
final class Standstill {

  /** How long a partition may come no further: longer than an election, and than a slow fetch. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  private record Furthest(long position, long since) {}

  private final Map<TopicPartition, Furthest> furthest = new HashMap<>();

  /**
   * The positions of those that stand.
   *
   * @param behind the positions of all that are not at their ends
   */
  Map<TopicPartition, Long> among(Map<TopicPartition, Long> behind, long nanoTime) {
    furthest.keySet().retainAll(behind.keySet());
    Map<TopicPartition, Long> standing = new TreeMap<>(TopicReading.BY_NUMBER);
    behind.forEach(
        (partition, position) -> {
          Furthest known = furthest.get(partition);
          if (known == null || position > known.position()) {
            furthest.put(partition, new Furthest(position, nanoTime));
          } else if (nanoTime - known.since() >= PATIENCE.toNanos()) {
            standing.put(partition, known.position());
          }
        });
    return standing;
  }
}
