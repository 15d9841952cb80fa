package dev.ringpost.gateway;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The final verdicts that were read for the webhook and are not done with, and the last that are,
 * told or dropped. A partition is done with up to the first that is not. For the thread that reads;
 * {@link #ended} and {@link #secondsBehind} may come from any.
 */
final class UntoldVerdicts {

  /** Bound on the verdicts that are under way: tried, or waiting to be tried. */
  static final int MAX_UNDER_WAY = 256;

  /** Bound on the offsets read behind one that is not done with: a crash has them told again. */
  static final int MAX_AHEAD = 2_500;

  /** Bound on what is remembered as done with; a group that changes gives some of it again. */
  static final int MAX_REMEMBERED = 10_000;

  /** The place of a verdict. The time tells it from one at the same offset of a recreated topic. */
  record Place(TopicPartition partition, long offset, long timestamp) {
    static Place of(ConsumerRecord<byte[], byte[]> record) {
      return new Place(
          new TopicPartition(record.topic(), record.partition()),
          record.offset(),
          record.timestamp());
    }
  }

  private record End(Place place, boolean isDone) {}

  /** Those that are being told, also of partitions that have another owner by now. */
  private final Set<Place> underWay = new HashSet<>();

  /** Those of the own partitions that are not done with. */
  private final Set<Place> open = ConcurrentHashMap.newKeySet();

  /** Those that are, the oldest first. */
  private final LinkedHashSet<Place> done = new LinkedHashSet<>();

  private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();

  /** Whether a verdict that was read is to be told: it is neither done with nor under way. */
  boolean begin(Place place) {
    if (done.contains(place)) {
      return false;
    }
    open.add(place);
    return underWay.add(place);
  }

  /**
   * A verdict is under way no more.
   *
   * @param isDone false if it is left to the next owner of its partition
   */
  void ended(Place place, boolean isDone) {
    ends.add(new End(place, isDone));
  }

  /** Takes note of all that have ended. */
  void settle() {
    for (End end = ends.poll(); end != null; end = ends.poll()) {
      settle(end);
    }
  }

  private void settle(End end) {
    underWay.remove(end.place());
    if (end.isDone()) {
      open.remove(end.place());
      done.add(end.place());
      if (done.size() > MAX_REMEMBERED) {
        Place _ = done.removeFirst();
      }
    }
  }

  /** Waits until nothing of these partitions is under way, for a bounded time. */
  void await(Collection<TopicPartition> partitions, Duration bound) {
    long end = System.nanoTime() + bound.toNanos();
    settle();
    try {
      while (underWay.stream().anyMatch(place -> partitions.contains(place.partition()))) {
        End next = ends.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (next == null) {
          return;
        }
        settle(next);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** These partitions have another owner, or none: what is open of them holds up nothing here. */
  void leave(Collection<TopicPartition> partitions) {
    open.removeIf(place -> partitions.contains(place.partition()));
  }

  /** Where a partition is done with, of one that has been read to a position. */
  OffsetAndMetadata doneTo(TopicPartition partition, OffsetAndMetadata position) {
    OptionalLong first = first(partition);
    return first.isPresent() && first.getAsLong() < position.offset()
        ? new OffsetAndMetadata(first.getAsLong())
        : position;
  }

  /** Whether a partition is read so far behind one that is not done with that it must wait. */
  boolean isFarAhead(TopicPartition partition, OffsetAndMetadata position) {
    return position.offset() - doneTo(partition, position).offset() >= MAX_AHEAD;
  }

  private OptionalLong first(TopicPartition partition) {
    return open.stream()
        .filter(place -> place.partition().equals(partition))
        .mapToLong(Place::offset)
        .min();
  }

  /** Whether there is room for so many more. */
  boolean hasRoomFor(int verdicts) {
    return underWay.size() + verdicts <= MAX_UNDER_WAY;
  }

  /** Whether nothing is under way. */
  boolean isIdle() {
    return underWay.isEmpty();
  }

  /** The age of the oldest that is not done with, at a time in milliseconds since 1970. */
  double secondsBehind(long now) {
    long oldest = open.stream().mapToLong(Place::timestamp).filter(it -> it >= 0).min().orElse(now);
    return Math.max(0, now - oldest) / 1000.0;
  }
}
