package dev.ringpost.intake;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * The first offsets of partitions that nobody has read: those of what was appended within the last
 * {@code lookBack}, else the end. Kafka's own {@code by_duration} reset means the same, but where
 * nothing is that young its client asks again only after {@code request.timeout.ms}, and the
 * partition is deaf for half a minute.
 *
 * @param lookBack the longest that a call rings, for what is older rings no more
 */
record StartOffsets(Consumer<byte[], byte[]> consumer, Duration lookBack, InstantSource clock) {

  /** Bound on asking leader by leader, so that the loop turns on; the rest is asked next time. */
  static final Duration LONGEST = Duration.ofSeconds(1);

  /**
   * The first offset to be read of each partition, as far as their leaders answer. One question if
   * all do, else one for each leader: none that is silent keeps another's partitions waiting.
   */
  Map<TopicPartition, Long> of(Collection<TopicPartition> partitions) {
    try {
      return ask(partitions);
    } catch (RetriableException _) {
      return askEachLeader(partitions);
    }
  }

  private Map<TopicPartition, Long> askEachLeader(Collection<TopicPartition> partitions) {
    long end = System.nanoTime() + LONGEST.toNanos();
    Map<TopicPartition, Long> starts = new HashMap<>();
    for (Set<TopicPartition> ofOneLeader : byLeader(partitions)) {
      if (System.nanoTime() - end >= 0) {
        break;
      }
      try {
        starts.putAll(ask(ofOneLeader));
      } catch (RetriableException _) {
        // They wait alone.
      }
    }
    return starts;
  }

  /** The partitions that have a leader, by the leader, in an order that no silent one can fix. */
  private List<Set<TopicPartition>> byLeader(Collection<TopicPartition> partitions) {
    Map<Integer, Set<TopicPartition>> byLeader = new HashMap<>();
    try {
      for (String topic : topics(partitions)) {
        for (PartitionInfo info : consumer.partitionsFor(topic, Commits.BROKER_WAIT)) {
          var partition = new TopicPartition(topic, info.partition());
          if (info.leader() != null && partitions.contains(partition)) {
            byLeader.computeIfAbsent(info.leader().id(), _ -> new HashSet<>()).add(partition);
          }
        }
      }
    } catch (RetriableException _) {
      return List.of();
    }
    List<Set<TopicPartition>> shuffled = new ArrayList<>(byLeader.values());
    Collections.shuffle(shuffled);
    return shuffled;
  }

  private static Set<String> topics(Collection<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet());
  }

  /**
   * Asks for all of them at once.
   *
   * @throws RetriableException if a leader does not answer within {@link Commits#BROKER_WAIT}
   */
  private Map<TopicPartition, Long> ask(Collection<TopicPartition> partitions) {
    long since = clock.instant().minus(lookBack).toEpochMilli();
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, since));
    // The ends first: what is appended between the two answers must not be passed over.
    Map<TopicPartition, Long> starts =
        new HashMap<>(consumer.endOffsets(partitions, Commits.BROKER_WAIT));
    consumer
        .offsetsForTimes(times, Commits.BROKER_WAIT)
        .forEach(
            (partition, young) -> {
              if (young != null) {
                starts.put(partition, young.offset());
              }
            });
    return starts;
  }
}
