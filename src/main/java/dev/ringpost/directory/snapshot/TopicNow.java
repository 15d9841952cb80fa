package dev.ringpost.directory.snapshot;

import static dev.ringpost.directory.snapshot.SnapshotReason.OTHER_PARTITIONS;
import static dev.ringpost.directory.snapshot.SnapshotReason.OTHER_TOPIC;
import static dev.ringpost.directory.snapshot.SnapshotReason.OTHER_VERSION;
import static dev.ringpost.directory.snapshot.SnapshotReason.TOO_OLD;

import java.time.Duration;
import java.time.Instant;

/**
 * A topic as it is when a view of it begins, which decides whether a snapshot is still true of it.
 *
 * @param version of this Ringpost
 * @param removalsKept for how long the topic keeps a removal after it was compacted, its {@code
 *     delete.retention.ms}
 * @param now the time, by the brokers' clock
 */
public record TopicNow(
    String version,
    String topic,
    String topicId,
    int partitions,
    Duration removalsKept,
    Instant now) {

  /** The part of {@link #removalsKept} that is left to the reading of what came since. */
  static final int MARGIN_PART = 10;

  /** And at least so much, also for clocks that disagree. */
  static final Duration LEAST_MARGIN = Duration.ofMinutes(5);

  /** How far a snapshot may be from the future: clocks are set. */
  static final Duration AHEAD = Duration.ofMinutes(1);

  /**
   * Returns if a snapshot and the records from its positions on give what the topic has.
   *
   * @throws SnapshotRefusedException if not, or not surely
   */
  public void require(SnapshotHeader snapshot) throws SnapshotRefusedException {
    requireSame(OTHER_VERSION, "version of Ringpost", snapshot.version(), version);
    requireSame(OTHER_TOPIC, "topic", snapshot.topic(), topic);
    requireSame(OTHER_TOPIC, "topic id", snapshot.topicId(), topicId);
    requireSame(OTHER_PARTITIONS, "number of partitions", snapshot.positions().size(), partitions);
    Duration age = Duration.between(snapshot.completeAt(), now);
    if (age.compareTo(oldest()) > 0) {
      throw new SnapshotRefusedException(
          TOO_OLD,
          "it is "
              + age.toSeconds()
              + " s old and may be "
              + oldest().toSeconds()
              + " s: the topic keeps removals for "
              + removalsKept.toSeconds()
              + " s (delete.retention.ms)");
    }
    if (age.compareTo(AHEAD.negated()) < 0) {
      throw new SnapshotRefusedException(
          TOO_OLD, "it says that it was written " + age.negated().toSeconds() + " s from now");
    }
  }

  /** The greatest age; below nothing if removals are kept too shortly for any. */
  Duration oldest() {
    Duration margin = removalsKept.dividedBy(MARGIN_PART);
    return removalsKept.minus(margin.compareTo(LEAST_MARGIN) > 0 ? margin : LEAST_MARGIN);
  }

  private static void requireSame(SnapshotReason reason, String what, Object its, Object present)
      throws SnapshotRefusedException {
    if (!its.equals(present)) {
      throw new SnapshotRefusedException(
          reason, "its " + what + " is " + its + ", and it is " + present + " now");
    }
  }
}
