package dev.ringpost.intake;

import dev.ringpost.telemetry.IntakeMeters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that are ours, each with its ledger: takes them on, commits for them, gives them
 * away. The consumer's thread alone calls it.
 */
final class OwnedPartitions implements ConsumerRebalanceListener {

  /**
   * Bound on waiting for what is in flight when partitions are revoked: they are deaf meanwhile.
   */
  static final Duration REVOKE_WAIT = Duration.ofMillis(500);

  /** Bound on waiting for answers that came while the process stood still. */
  static final Duration STALL_WAIT = Duration.ofMillis(200);

  private static final Duration SETTLED_CHECK = Duration.ofMillis(1);

  private static final Logger log = LoggerFactory.getLogger(OwnedPartitions.class);

  private final Consumer<byte[], byte[]> consumer;
  private final Lease lease;
  private final StartOffsets starts;
  private final FormerOwners formerOwners;
  private final IntakeMeters meters;
  private final Map<TopicPartition, PartitionLedger> ledgers = new LinkedHashMap<>();
  private final Commits commits;
  private final LongSupplier nanoTime;
  private final LongConsumer rest;
  private boolean joined;
  private boolean left;

  /**
   * Owns nothing yet.
   *
   * @param lease the consumer's
   * @param lookBack how far back a partition is read that nobody has read before
   */
  OwnedPartitions(
      Consumer<byte[], byte[]> consumer,
      Lease lease,
      Duration lookBack,
      InstantSource clock,
      IntakeMeters meters) {
    this(consumer, lease, lookBack, clock, meters, System::nanoTime, LockSupport::parkNanos);
  }

  /**
   * @param nanoTime a monotonic clock
   * @param rest lets at most so many nanoseconds pass while somebody is waited for
   */
  OwnedPartitions(
      Consumer<byte[], byte[]> consumer,
      Lease lease,
      Duration lookBack,
      InstantSource clock,
      IntakeMeters meters,
      LongSupplier nanoTime,
      LongConsumer rest) {
    this.consumer = consumer;
    this.lease = lease;
    this.starts = new StartOffsets(consumer, lookBack, clock);
    this.formerOwners = new FormerOwners(consumer, clock, meters);
    this.meters = meters;
    this.commits = new Commits(consumer, ledgers, clock, meters, nanoTime);
    this.nanoTime = nanoTime;
    this.rest = rest;
  }

  Map<TopicPartition, PartitionLedger> ledgers() {
    return ledgers;
  }

  /** Whether the group has told us our share, which may be nothing. */
  boolean joined() {
    return joined;
  }

  /** Opens the ticket of a record; a partition that was recreated or reset begins a new ledger. */
  Ticket open(TopicPartition partition, long offset, Instant timestamp, Optional<Integer> epoch) {
    PartitionLedger ledger = ledgers.computeIfAbsent(partition, _ -> begunAt(partition, offset));
    if (ledger.isBehind(offset)) {
      log.atWarn()
          .addKeyValue("partition", partition)
          .addKeyValue("offset", offset)
          .log("partition was recreated or its offsets were reset; reading on from there");
      ledger = startOver(partition, ledger, OptionalLong.of(offset));
    }
    return ledger.open(offset, timestamp, epoch);
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    joined = true;
    if (partitions.isEmpty()) {
      return;
    }
    meters.assigned(partitions.size());
    formerOwners
        .committed(partitions)
        .forEach((partition, before) -> ledgers.put(partition, takenOver(before)));
    log.atInfo().addKeyValue("partitions", partitions).log("partitions assigned");
  }

  /**
   * Begins partitions that have no committed offset, or one that Kafka no longer has; see {@link
   * StartOffsets}. Those of which nobody told where they begin are returned: of an old backlog
   * nothing may ring, and a call's server must not hear of it either, so they are not read from
   * their beginning instead.
   */
  Set<TopicPartition> initialize(Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> known = starts.of(partitions);
    known.forEach(this::begin);
    Set<TopicPartition> unanswered = new HashSet<>(partitions);
    unanswered.removeAll(known.keySet());
    return unanswered;
  }

  private void begin(TopicPartition partition, long start) {
    begun(partition, OptionalLong.of(start));
    consumer.seek(partition, start);
    log.atInfo()
        .addKeyValue("partition", partition)
        .addKeyValue("offset", start)
        .log("partition has no offset to go on from, starting at this one");
  }

  /**
   * Goes on where logs were cut, as an unclean election does: what was settled before stays so.
   * Where nobody knows that place the partition is returned, to begin afresh.
   */
  Set<TopicPartition> cut(LogTruncationException logs) {
    Map<TopicPartition, OffsetAndMetadata> ends = logs.divergentOffsets();
    ends.forEach(
        (partition, end) -> {
          ledger(partition).forEach(ledger -> ledger.cutAt(end.offset()));
          consumer.seek(partition, end);
          log.atWarn()
              .addKeyValue("partition", partition)
              .addKeyValue("offset", end.offset())
              .log("a partition's log was cut by an election; what stood there is lost");
        });
    Set<TopicPartition> unknown = new HashSet<>(logs.partitions());
    unknown.removeAll(ends.keySet());
    return unknown;
  }

  /** Keeps the ledger of a partition that only goes on further ahead: its open tickets stand. */
  private void begun(TopicPartition partition, OptionalLong start) {
    PartitionLedger ledger = ledgers.get(partition);
    if (ledger != null && start.isPresent() && !ledger.isBehind(start.getAsLong())) {
      ledger.skipTo(start.getAsLong());
      return;
    }
    if (ledger == null) {
      ledgers.put(partition, fresh(start));
    } else {
      var _ = startOver(partition, ledger, start);
    }
  }

  /**
   * Begins a new ledger of a partition that stays ours. What is in flight rings on, for its record
   * may be gone, and nobody would read it again.
   */
  private PartitionLedger startOver(
      TopicPartition partition, PartitionLedger former, OptionalLong start) {
    commits.forget(partition);
    var ledger = new PartitionLedger(former.ownership(), start);
    ledgers.put(partition, ledger);
    return ledger;
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    if (partitions.isEmpty()) {
      return;
    }
    meters.revoked(partitions.size());
    release(partitions, REVOKE_WAIT);
    log.atInfo().addKeyValue("partitions", partitions).log("partitions revoked");
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    joined = false;
    if (partitions.isEmpty()) {
      return;
    }
    if (left) {
      // So the client calls it when we leave while the group rebalances; it was given away before.
      meters.revoked(partitions.size());
      return;
    }
    meters.lost(partitions.size());
    for (TopicPartition partition : partitions) {
      forget(partition);
    }
    log.atWarn()
        .addKeyValue("partitions", partitions)
        .log("partitions lost; what is not written yet will not be pushed from here");
  }

  /**
   * Gives all away for good: lets what is in flight end for at most {@code wait}, cuts the rest
   * short and gives that {@code storing} to be stored as retries, then commits.
   */
  void releaseAll(Duration wait, Runnable cutShort, Duration storing) {
    left = true;
    List<TopicPartition> all = List.copyOf(ledgers.keySet());
    all.stream().flatMap(this::ledger).forEach(PartitionLedger::markRevoking);
    awaitIdle(all, wait);
    if (all.stream().flatMap(this::ledger).anyMatch(PartitionLedger::busy)) {
      cutShort.run();
    }
    release(all, storing);
  }

  /**
   * Everything may be another worker's by now: nothing of it rings from here. What is settled is
   * committed all the same, for Kafka refuses that from a member that its group has given up.
   */
  void markAllLost() {
    joined = false;
    meters.lost(ledgers.size());
    release(List.copyOf(ledgers.keySet()), STALL_WAIT);
  }

  /**
   * Takes note of where the consumer stands: behind the last record may lie what is none.
   * Everything that was polled must have been opened.
   *
   * @param except partitions where the consumer does not stand where they have been read to
   */
  void reached(Predicate<TopicPartition> except) {
    ledgers.forEach(
        (partition, ledger) -> {
          if (except.test(partition)) {
            return;
          }
          try {
            ledger.reached(consumer.position(partition, Duration.ZERO));
          } catch (TimeoutException _) {
            // It does not stand anywhere yet.
          }
        });
  }

  /**
   * Commits what is new, if it is time. Does not wait for the answer.
   *
   * @param except partitions that there is no right to commit for
   */
  void commitIfDue(Set<TopicPartition> except) {
    commits.commitIfDue(except);
  }

  /** Commits what there is; whether that is impossible until a rebalance is completed. */
  boolean mustRejoin() {
    return commits.mustRejoin(ledgers.keySet());
  }

  private void release(Collection<TopicPartition> partitions, Duration wait) {
    partitions.stream().flatMap(this::ledger).forEach(PartitionLedger::markRevoking);
    awaitIdle(partitions, wait);
    partitions.stream().flatMap(this::ledger).forEach(PartitionLedger::markLost);
    Commits.Batch last = commits.all(partitions);
    partitions.forEach(this::forget);
    commits.commitNow(last);
  }

  private void awaitIdle(Collection<TopicPartition> partitions, Duration wait) {
    long end = nanoTime.getAsLong() + wait.toNanos();
    while (nanoTime.getAsLong() - end < 0
        && partitions.stream().flatMap(this::ledger).anyMatch(PartitionLedger::busy)) {
      rest.accept(SETTLED_CHECK.toNanos());
    }
  }

  private Stream<PartitionLedger> ledger(TopicPartition partition) {
    return Stream.ofNullable(ledgers.get(partition));
  }

  private void forget(TopicPartition partition) {
    PartitionLedger ledger = ledgers.remove(partition);
    formerOwners.forget(partition);
    commits.forget(partition);
    if (ledger != null) {
      ledger.markLost();
    }
  }

  private PartitionLedger begunAt(TopicPartition partition, long offset) {
    return formerOwners
        .askAgain(partition)
        .filter(before -> before.offset() <= offset)
        .map(this::takenOver)
        .orElseGet(() -> fresh(OptionalLong.of(offset)));
  }

  private PartitionLedger takenOver(OffsetAndMetadata before) {
    return new PartitionLedger(
        new Ownership(lease),
        OptionalLong.of(before.offset()),
        before.leaderEpoch(),
        formerOwners.note(before));
  }

  private PartitionLedger fresh(OptionalLong start) {
    return new PartitionLedger(new Ownership(lease), start);
  }
}
