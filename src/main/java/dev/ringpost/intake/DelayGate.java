package dev.ringpost.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Partitions whose next record is not due yet. It holds no record: the consumer goes back to where
 * the record stands, and the partition rests until then. What stands behind it is due later or
 * little earlier, for all records of a topic wait equally long. The consumer's thread alone calls
 * it.
 */
final class DelayGate {

  private final Map<TopicPartition, Instant> due = new HashMap<>();

  /** Shuts a partition until {@code until}. */
  void shut(TopicPartition partition, Instant until) {
    due.put(partition, until);
  }

  /** Whether a partition is shut at {@code now}; one whose moment has come is open from then on. */
  boolean isShut(TopicPartition partition, Instant now) {
    Instant until = due.get(partition);
    if (until == null) {
      return false;
    }
    if (now.isBefore(until)) {
      return true;
    }
    due.remove(partition);
    return false;
  }

  /** Forgets all partitions but these. */
  void keep(Collection<TopicPartition> assigned) {
    due.keySet().retainAll(assigned);
  }

  /** The time until a partition opens, at most {@code longest}. */
  Duration untilOpening(Instant now, Duration longest) {
    Duration wait = longest;
    for (Instant until : due.values()) {
      Duration left = Duration.between(now, until);
      if (left.compareTo(wait) < 0) {
        wait = left;
      }
    }
    return wait.isNegative() ? Duration.ZERO : wait;
  }
}
