package dev.ringpost.intake;

import dev.ringpost.intake.waiting.DelayGate;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * The decision which partitions rest: all of them while places are short, too much waits to be
 * written or nothing comes, one whose ledger is full, one whose next record is not due, one that
 * cannot be read. The consumer's thread alone calls it.
 */
final class PauseControl {

  private final int ledgerSpan;
  private final DelayGate gate;
  private final BlockedPartitions blocked;

  /** Partitions that rest for their ledger's sake, until half of it is free. */
  private final Set<TopicPartition> fullLedgers = new HashSet<>();

  PauseControl(int ledgerSpan, DelayGate gate, BlockedPartitions blocked) {
    this.ledgerSpan = ledgerSpan;
    this.gate = gate;
    this.blocked = blocked;
  }

  /** Pauses and resumes; the pause state of partitions that moved is set right as well. */
  void apply(Consumer<byte[], byte[]> consumer, OwnedPartitions owned, boolean allRest) {
    gate.keep(consumer.assignment());
    Set<TopicPartition> paused = consumer.paused();
    Set<TopicPartition> pause = new HashSet<>();
    Set<TopicPartition> resume = new HashSet<>();
    for (TopicPartition partition : consumer.assignment()) {
      // Each is asked at every turn: one that has ended must not be waited for any more.
      boolean shut = gate.isShut(partition);
      boolean full = isFull(partition, owned);
      boolean rests = allRest || full || shut || blocked.rests(partition);
      if (rests && !paused.contains(partition)) {
        pause.add(partition);
      } else if (!rests && paused.contains(partition)) {
        resume.add(partition);
      }
    }
    consumer.pause(pause);
    consumer.resume(resume);
  }

  private boolean isFull(TopicPartition partition, OwnedPartitions owned) {
    PartitionLedger ledger = owned.ledgers().get(partition);
    long span = ledger == null ? 0 : ledger.span();
    boolean full = span >= ledgerSpan || (fullLedgers.contains(partition) && span > ledgerSpan / 2);
    if (full) {
      fullLedgers.add(partition);
    } else {
      fullLedgers.remove(partition);
    }
    return full;
  }
}
