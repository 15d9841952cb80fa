package dev.ringpost.intake.waiting;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Partitions whose next record is not due yet. It holds no record: the consumer goes back to where
 * the record stands, and the partition rests until then. What stands behind it is due later or
 * little earlier, for all records of a topic wait equally long.
 *
 * <p>The moment of a retry was written by another machine's clock. It rests by the monotonic clock,
 * and no record is held for longer than its topic's wait since it was first seen: neither a writer
 * that is ahead nor a reader whose clock is set back holds up what stands behind. The consumer's
 * thread alone calls it.
 */
public final class DelayGate {

  /**
   * The time before which a record is not delivered.
   *
   * @param at by the clock of the worker that wrote it
   * @param retry the longest that it may be made to wait, whatever the clocks say
   */
  public record Due(Instant at, Duration retry) {}

  /**
   * A record's place in its partition. After a cut of the log an offset is used again, under a
   * later epoch.
   *
   * @param epoch of the leader that appended it; negative if that is not known
   */
  public record Place(long offset, int epoch) {

    /** The place of a record that was read. */
    public static Place of(ConsumerRecord<?, ?> record) {
      return new Place(record.offset(), record.leaderEpoch().orElse(-1));
    }
  }

  /** The time at which the records of a partition up to a place were seen. */
  private record Sighting(Place through, long atNanos) {

    boolean has(Place at) {
      return at.offset() <= through.offset() && at.epoch() <= through.epoch();
    }
  }

  private final LongSupplier nanoTime;
  private final Map<TopicPartition, Long> openAt = new HashMap<>();
  private final Map<TopicPartition, Sighting> seen = new HashMap<>();

  /**
   * @param nanoTime a monotonic clock
   */
  public DelayGate(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** How long a record has still to wait; not above zero if it may be taken. */
  public Duration left(TopicPartition partition, Place at, Due due, Instant now) {
    Duration asWritten = Duration.between(now, due.at());
    Sighting sighting = seen.get(partition);
    Duration atMost =
        sighting == null || !sighting.has(at)
            ? due.retry()
            : due.retry().minusNanos(nanoTime.getAsLong() - sighting.atNanos());
    return asWritten.compareTo(atMost) < 0 ? asWritten : atMost;
  }

  /**
   * Shuts a partition in front of a record.
   *
   * @param at the record's
   * @param newest the last one that was seen behind it
   */
  public void shut(TopicPartition partition, Place at, Place newest, Duration wait) {
    long now = nanoTime.getAsLong();
    openAt.put(partition, now + wait.toNanos());
    Sighting sighting = seen.get(partition);
    if (sighting == null || !sighting.has(at)) {
      seen.put(partition, new Sighting(newest, now));
    }
  }

  /** Whether a partition is shut; one whose moment has come is open from then on. */
  public boolean isShut(TopicPartition partition) {
    Long until = openAt.get(partition);
    if (until == null) {
      return false;
    }
    if (nanoTime.getAsLong() - until < 0) {
      return true;
    }
    openAt.remove(partition);
    return false;
  }

  /** Forgets all partitions but these. */
  public void keep(Collection<TopicPartition> assigned) {
    openAt.keySet().retainAll(assigned);
    seen.keySet().retainAll(assigned);
  }

  /** The time until a partition opens, at most {@code longest}. */
  public Duration untilOpening(Duration longest) {
    long now = nanoTime.getAsLong();
    long wait = longest.toNanos();
    for (long until : openAt.values()) {
      wait = Math.min(wait, until - now);
    }
    return Duration.ofNanos(Math.max(0, wait));
  }
}
