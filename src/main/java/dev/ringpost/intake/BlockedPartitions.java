package dev.ringpost.intake;

import dev.ringpost.polling.PollFailure;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.IntakeMeters.Obstacle;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Partitions that cannot be read for now, each for a reason of its own and each waiting alone for
 * its next try, while the others go on. The consumer's thread alone calls it; only {@link #count}
 * is asked by others.
 */
final class BlockedPartitions {

  /** How long a partition waits for its next try. */
  static final Duration TRY_INTERVAL = Duration.ofSeconds(5);

  /** How long one waits whose start is not known: its leader may be back at any moment. */
  static final Duration START_INTERVAL = Duration.ofSeconds(1);

  /** After how long without a failure a partition that is tried counts as read again. */
  static final Duration PROBATION = Duration.ofSeconds(2);

  /** At most one line for each partition in this time. */
  static final Duration LINE_INTERVAL = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(BlockedPartitions.class);

  /** The phase of a partition's next try. */
  private enum Phase {
    /** It rests. */
    WAITING,
    /**
     * It stands one offset further on for one poll, so that the client drops what it has fetched.
     */
    FLUSHING,
    /** It is read like any other; a failure makes it rest again. */
    TRIED
  }

  /**
   * The state of one blocked partition.
   *
   * @param offset the first that was not read
   * @param tries how often its record was fetched and could not be read
   * @param until when its phase ends
   */
  private record Block(
      Obstacle obstacle, long offset, int tries, Phase phase, long until, long nextLine) {

    Block in(Phase other, long end) {
      return new Block(obstacle, offset, tries, other, end, nextLine);
    }
  }

  private final IntakeMeters meters;
  private final LongSupplier nanoTime;
  private final Map<TopicPartition, Block> blocks = new HashMap<>();
  private volatile Map<Obstacle, Integer> counts = Map.of();

  /**
   * @param nanoTime a monotonic clock
   */
  BlockedPartitions(IntakeMeters meters, LongSupplier nanoTime) {
    this.meters = meters;
    this.nanoTime = nanoTime;
  }

  /** How many partitions are held up by an obstacle; may be asked on any thread. */
  int count(Obstacle obstacle) {
    return counts.getOrDefault(obstacle, 0);
  }

  /** Whether the partition must not be fetched. */
  boolean rests(TopicPartition partition) {
    Block block = blocks.get(partition);
    return block != null && block.phase() == Phase.WAITING;
  }

  /** Whether a partition is not known to be readable. */
  boolean contains(TopicPartition partition) {
    return blocks.containsKey(partition);
  }

  /** Whether the consumer stands where it does for a trick of ours, and what it brings is void. */
  boolean isFlushing(TopicPartition partition) {
    Block block = blocks.get(partition);
    return block != null && block.phase() == Phase.FLUSHING;
  }

  /** Partitions of which nothing may be committed: there is no right to. */
  Set<TopicPartition> uncommittable() {
    Set<TopicPartition> found = new HashSet<>();
    blocks.forEach(
        (partition, block) -> {
          if (block.obstacle() == Obstacle.RIGHTS) {
            found.add(partition);
          }
        });
    return found;
  }

  /** Lets a partition wait. How often this very record has failed by now. */
  int block(TopicPartition partition, Obstacle obstacle, long offset, Throwable cause) {
    long now = nanoTime.getAsLong();
    Optional<Block> same =
        Optional.ofNullable(blocks.get(partition))
            .filter(block -> block.obstacle() == obstacle && block.offset() == offset);
    int tries = same.map(Block::tries).orElse(0) + 1;
    long nextLine = same.map(Block::nextLine).orElse(now);
    if (nextLine - now <= 0) {
      tell(partition, obstacle, offset, cause);
      nextLine = now + LINE_INTERVAL.toNanos();
    }
    if (same.isEmpty()) {
      meters.blocked(obstacle);
    }
    Duration wait = obstacle == Obstacle.START ? START_INTERVAL : TRY_INTERVAL;
    long until = now + wait.toNanos();
    blocks.put(partition, new Block(obstacle, offset, tries, Phase.WAITING, until, nextLine));
    count();
    return tries;
  }

  /** The partitions whose next try is due, with their first offset. */
  Map<TopicPartition, Long> due(Obstacle obstacle) {
    long now = nanoTime.getAsLong();
    Map<TopicPartition, Long> due = new HashMap<>();
    blocks.forEach(
        (partition, block) -> {
          if (block.obstacle() == obstacle
              && block.phase() == Phase.WAITING
              && block.until() - now <= 0) {
            due.put(partition, block.offset());
          }
        });
    return due;
  }

  /** Those that stand one offset further on, with the offset where they belong. */
  Map<TopicPartition, Long> flushing() {
    Map<TopicPartition, Long> flushing = new HashMap<>();
    blocks.forEach(
        (partition, block) -> {
          if (block.phase() == Phase.FLUSHING) {
            flushing.put(partition, block.offset());
          }
        });
    return flushing;
  }

  /** Goes past the record that blocks a partition; one like it behind it is given up at once. */
  void goPast(TopicPartition partition, long next) {
    long until = nanoTime.getAsLong() + PROBATION.toNanos();
    blocks.computeIfPresent(
        partition,
        (_, block) ->
            new Block(block.obstacle(), next, block.tries(), Phase.TRIED, until, block.nextLine()));
  }

  void flush(TopicPartition partition) {
    blocks.computeIfPresent(partition, (_, block) -> block.in(Phase.FLUSHING, block.until()));
  }

  void tryAgain(TopicPartition partition) {
    long until = nanoTime.getAsLong() + PROBATION.toNanos();
    blocks.computeIfPresent(partition, (_, block) -> block.in(Phase.TRIED, until));
  }

  /** Ends the probation of those that did not fail in it. */
  void endProbations() {
    long now = nanoTime.getAsLong();
    Set<TopicPartition> readAgain = new HashSet<>();
    blocks.forEach(
        (partition, block) -> {
          if (block.phase() == Phase.TRIED && block.until() - now <= 0) {
            readAgain.add(partition);
          }
        });
    readAgain.forEach(this::readAgain);
  }

  /** A partition is read again; one that was not blocked is none the worse. */
  void readAgain(TopicPartition partition) {
    Block block = blocks.remove(partition);
    if (block != null) {
      count();
      log.atInfo()
          .addKeyValue("partition", partition)
          .addKeyValue("obstacle", block.obstacle().word())
          .log("a partition that could not be read is read again");
    }
  }

  /** Forgets these: where they are read from is decided anew. */
  void drop(Collection<TopicPartition> moved) {
    if (blocks.keySet().removeAll(moved)) {
      count();
    }
  }

  /** Forgets all partitions but these. */
  void keep(Collection<TopicPartition> assigned) {
    if (blocks.keySet().retainAll(assigned)) {
      count();
    }
  }

  private void count() {
    Map<Obstacle, Integer> found = new HashMap<>();
    blocks.values().forEach(block -> found.merge(block.obstacle(), 1, Integer::sum));
    counts = Map.copyOf(found);
  }

  private static void tell(
      TopicPartition partition, Obstacle obstacle, long offset, Throwable cause) {
    String words =
        switch (obstacle) {
          case RECORD ->
              "a record cannot be read; its partition waits for it and the others go on. To go past"
                  + " it, see intake.skip-unreadable";
          case RIGHTS -> "a topic may not be read; it waits for the right and the others go on";
          case START ->
              "where a partition begins cannot be learned from its leader; it waits and the others"
                  + " go on";
        };
    log.atError()
        .addKeyValue("partition", partition)
        .addKeyValue("offset", offset)
        .addKeyValue("cause", new PollFailure(cause).innermost().toString())
        .log(words);
  }
}
