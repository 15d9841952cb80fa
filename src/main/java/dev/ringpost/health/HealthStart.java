package dev.ringpost.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * The place where reading goes on: a little before what was judged last, so that it is known again
 * which phones rang, and as far back as signals are there.
 *
 * @param from the time from which results are read
 * @param signalsFrom the time from which no signal is missing
 */
record HealthStart(Instant from, Instant signalsFrom) {

  /** How far before what was judged last it begins; signals are kept for 15 minutes. */
  static final Duration BACK = Duration.ofMinutes(10);

  /**
   * Places a consumer.
   *
   * @param all the partitions of both topics, which it owns
   */
  static HealthStart place(
      Consumer<byte[], byte[]> consumer,
      Collection<TopicPartition> all,
      HealthSettings settings,
      Instant now) {
    Set<TopicPartition> signals = new HashSet<>(all);
    signals.removeIf(it -> !it.topic().equals(settings.topics().signals()));
    Set<TopicPartition> results = new HashSet<>(all);
    results.removeAll(signals);
    Instant back = judgedTo(consumer.committed(results)).orElse(now).minus(BACK);
    // a call that was told then may have begun to ring before
    Instant signalsFrom =
        seek(consumer, signals, back.minus(settings.longestRing()).minus(settings.settle()), now);
    Instant from = signalsFrom.isAfter(back) ? signalsFrom : back;
    Instant _ = seek(consumer, results, from, now);
    return new HealthStart(from, signalsFrom);
  }

  /** What a commit says: the time up to which everything is judged. */
  static String metadata(Instant judgedTo) {
    return Long.toString(judgedTo.toEpochMilli());
  }

  private static Optional<Instant> judgedTo(Map<TopicPartition, OffsetAndMetadata> commits) {
    return commits.values().stream()
        .filter(it -> it != null && it.metadata().matches("[0-9]{1,15}"))
        .map(it -> Instant.ofEpochMilli(Long.parseLong(it.metadata())))
        .min(Instant::compareTo);
  }

  /** Seeks a time; from when on everything is there that was written. */
  private static Instant seek(
      Consumer<byte[], byte[]> consumer,
      Set<TopicPartition> partitions,
      Instant time,
      Instant now) {
    Map<TopicPartition, Long> asked = new HashMap<>();
    partitions.forEach(it -> asked.put(it, time.toEpochMilli()));
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<TopicPartition, OffsetAndTimestamp> places = consumer.offsetsForTimes(asked);
    Instant whole = Instant.EPOCH;
    for (TopicPartition partition : partitions) {
      long begin = begins.getOrDefault(partition, 0L);
      long end = ends.getOrDefault(partition, 0L);
      OffsetAndTimestamp place = places.get(partition);
      long start = place == null ? end : place.offset();
      consumer.seek(partition, start);
      Instant from;
      if (start == 0) {
        // nothing was ever written before
        from = Instant.EPOCH;
      } else if (begin == end) {
        // all of it has been deleted
        from = now;
      } else if (place != null && start == begin) {
        // what was before has been deleted
        from = Instant.ofEpochMilli(place.timestamp());
      } else {
        from = time;
      }
      whole = from.isAfter(whole) ? from : whole;
    }
    return whole;
  }
}
