package dev.ringpost.intake;

import dev.ringpost.telemetry.IntakeMeters;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commits of what the ledgers say of their partitions, each with a {@link CommitMetadata} for
 * the next owner. The consumer's thread alone calls it.
 */
final class Commits {

  /** Bound on one question to a broker when partitions come or go. */
  static final Duration BROKER_WAIT = Duration.ofMillis(500);

  /** How often settled offsets are committed; after a crash, what was settled since rings again. */
  static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);

  /** How often a partition without news is committed, so that its next owner can tell the gap. */
  static final Duration SIGN_OF_LIFE = Duration.ofSeconds(1);

  /** At most one line about failed commits in this time; without Kafka each try fails. */
  static final Duration FAILURE_LINE_INTERVAL = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(Commits.class);

  /** The last commit for a partition. */
  private record Committed(PartitionLedger.CommitPoint point, long atNanos) {}

  /**
   * The commit of a partition, as it is sent.
   *
   * @param ledger that it is made of, which hears of it once it is stored: by then the partition
   *     may have another one, or none
   * @param cuts of the log until then
   */
  record Sent(PartitionLedger ledger, int cuts, OffsetAndMetadata at) {

    private Sent withoutNote() {
      return new Sent(ledger, cuts, new OffsetAndMetadata(at.offset(), at.leaderEpoch(), ""));
    }
  }

  /** The commits of some partitions at one moment. */
  record Batch(Map<TopicPartition, Sent> sent) {

    private boolean isEmpty() {
      return sent.isEmpty();
    }

    Map<TopicPartition, OffsetAndMetadata> offsets() {
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      sent.forEach((partition, one) -> offsets.put(partition, one.at()));
      return offsets;
    }

    private Batch withoutNotes() {
      Map<TopicPartition, Sent> bare = new HashMap<>();
      sent.forEach((partition, one) -> bare.put(partition, one.withoutNote()));
      return new Batch(bare);
    }

    private void stored(int noteLimit) {
      int room = CommitMetadata.runBytes(noteLimit);
      for (Sent one : sent.values()) {
        one.ledger().stored(one.at().offset(), one.at().metadata(), room, one.cuts());
      }
    }
  }

  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, PartitionLedger> ledgers;
  private final InstantSource clock;
  private final IntakeMeters meters;
  private final Map<TopicPartition, Committed> committed = new HashMap<>();
  private final LongSupplier nanoTime;
  private long nextCommitNanos;
  private long nextFailureLineNanos;
  private long unlogged;

  /** Bound on a note, in characters: less than the broker has refused. */
  private int noteLimit = CommitMetadata.MAX_LENGTH;

  /**
   * @param ledgers of the partitions that are ours, at any time; only read
   * @param nanoTime a monotonic clock
   */
  Commits(
      Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, PartitionLedger> ledgers,
      InstantSource clock,
      IntakeMeters meters,
      LongSupplier nanoTime) {
    this.consumer = consumer;
    this.ledgers = ledgers;
    this.clock = clock;
    this.meters = meters;
    this.nanoTime = nanoTime;
    this.nextCommitNanos = nanoTime.getAsLong();
    this.nextFailureLineNanos = nextCommitNanos;
  }

  /**
   * Commits what is new, at most every {@link #COMMIT_INTERVAL}. Does not wait for the answer.
   *
   * @param except partitions that there is no right to commit for
   */
  void commitIfDue(Set<TopicPartition> except) {
    long now = nanoTime.getAsLong();
    if (now - nextCommitNanos < 0) {
      return;
    }
    nextCommitNanos = now + COMMIT_INTERVAL.toNanos();
    Set<TopicPartition> committable = new HashSet<>(ledgers.keySet());
    committable.removeAll(except);
    Batch news = news(committable);
    if (!news.isEmpty()) {
      Map<TopicPartition, OffsetAndMetadata> offsets = news.offsets();
      consumer.commitAsync(
          offsets,
          (_, failure) -> { // under the consumer protocol a failure comes without the offsets
            if (failure == null) {
              news.stored(noteLimit);
              meters.committed();
            } else if (failure instanceof OffsetMetadataTooLarge) {
              noteRefused(offsets);
            } else {
              failed(offsets.keySet(), failure);
            }
          });
    }
  }

  /** What there is to commit for these partitions, also if it was committed before. */
  Batch all(Collection<TopicPartition> partitions) {
    committed.keySet().removeAll(partitions);
    return news(partitions);
  }

  /**
   * Commits and waits for the answer, for {@link #BROKER_WAIT} at most, or twice that after a
   * wake-up or without its notes. A failure is told and counted.
   */
  void commitNow(Batch batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      try {
        commitAwake(batch);
      } catch (OffsetMetadataTooLarge _) {
        noteRefused(batch.offsets());
        commitAwake(batch.withoutNotes());
      }
      meters.committed();
    } catch (KafkaException e) {
      failed(batch.offsets().keySet(), e);
    }
  }

  /**
   * Commits what there is, waiting as {@link #commitNow} does; whether it cannot be done before the
   * group's rebalance is completed.
   */
  boolean mustRejoin(Set<TopicPartition> partitions) {
    Batch batch = all(partitions);
    try {
      if (!batch.isEmpty()) {
        commitAwake(batch);
      }
      return false;
    } catch (RebalanceInProgressException _) {
      return true;
    } catch (KafkaException _) {
      return false; // The last commit tells what there is to tell.
    }
  }

  /** The one call that a wake-up must not cost: it may be pending from our own closing. */
  private void commitAwake(Batch batch) {
    Map<TopicPartition, OffsetAndMetadata> offsets = batch.offsets();
    try {
      consumer.commitSync(offsets, BROKER_WAIT);
    } catch (WakeupException _) {
      consumer.commitSync(offsets, BROKER_WAIT);
    }
    batch.stored(noteLimit);
  }

  /** Offsets matter more than notes: from now on these are shorter, or there are none. */
  private void noteRefused(Map<TopicPartition, OffsetAndMetadata> offsets) {
    meters.noteRefused();
    committed.keySet().removeAll(offsets.keySet());
    int longest = offsets.values().stream().mapToInt(at -> at.metadata().length()).max().orElse(0);
    if (noteLimit == CommitMetadata.MAX_LENGTH) {
      log.atWarn()
          .addKeyValue("length", longest)
          .log(
              "the broker's offset.metadata.max.bytes is too small for what a commit notes for the"
                  + " next owner; commits note less, and more calls ring twice after a crash");
    }
    noteLimit = Math.min(noteLimit, longest / 2);
  }

  /** What was committed for a partition is nothing to go by any more. */
  void forget(TopicPartition partition) {
    committed.remove(partition);
  }

  private void failed(Collection<TopicPartition> partitions, Exception failure) {
    meters.commitFailed();
    committed.keySet().removeAll(partitions);
    long now = nanoTime.getAsLong();
    if (now - nextFailureLineNanos < 0) {
      unlogged++;
      return;
    }
    log.atWarn()
        .addKeyValue("partitions", partitions)
        .addKeyValue("cause", failure.toString())
        .addKeyValue("unlogged", unlogged)
        .log("commit failed; it is repeated while the partitions are ours");
    nextFailureLineNanos = now + FAILURE_LINE_INTERVAL.toNanos();
    unlogged = 0;
  }

  /** Commits that say something new, or a sign of life where nothing is new. */
  private Batch news(Collection<TopicPartition> partitions) {
    long nowNanos = nanoTime.getAsLong();
    Duration silence = silence(nowNanos, partitions);
    Map<TopicPartition, Sent> news = new HashMap<>();
    for (TopicPartition partition : partitions) {
      PartitionLedger ledger = ledgers.get(partition);
      if (ledger == null) {
        continue;
      }
      ledger
          .point()
          .filter(point -> saysMore(point, nowNanos, committed.get(partition), silence))
          .ifPresent(
              point -> {
                committed.put(partition, new Committed(point, nowNanos));
                var note =
                    new CommitMetadata(
                        clock.instant(), point.completedBeyond(), point.newestEpoch());
                news.put(
                    partition,
                    new Sent(
                        ledger,
                        ledger.cuts(),
                        new OffsetAndMetadata(
                            point.offset(),
                            point.epoch(),
                            note.encode(point.offset(), noteLimit))));
              });
    }
    return new Batch(news);
  }

  /**
   * How old a commit may be. As soon as one partition is to give a sign of life, those follow that
   * would soon, so that all of them share one request a second from then on.
   */
  private Duration silence(long nowNanos, Collection<TopicPartition> partitions) {
    return partitions.stream()
            .map(committed::get)
            .anyMatch(last -> last != null && isOlder(last, nowNanos, SIGN_OF_LIFE))
        ? SIGN_OF_LIFE.dividedBy(2)
        : SIGN_OF_LIFE;
  }

  private static boolean isOlder(Committed last, long nowNanos, Duration age) {
    return nowNanos - last.atNanos() >= age.toNanos();
  }

  private static boolean saysMore(
      PartitionLedger.CommitPoint point,
      long nowNanos,
      @Nullable Committed last,
      Duration silence) {
    return last == null || !last.point().equals(point) || isOlder(last, nowNanos, silence);
  }
}
