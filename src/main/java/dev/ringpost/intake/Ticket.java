package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import java.time.Instant;
import java.util.Optional;

/**
 * One offset that must be settled before anything behind it may be committed. Settled once, from
 * any thread; settling again changes nothing.
 */
final class Ticket implements Arrival.Claim {

  private final PartitionLedger ledger;
  private final long offset;
  private final Instant timestamp;
  private final Optional<Integer> epoch;
  private volatile boolean settled;
  private boolean begun;
  private boolean cut;

  /**
   * @param epoch of the leader that appended the record, if the broker tells
   */
  Ticket(
      PartitionLedger ledger,
      long offset,
      Instant timestamp,
      Optional<Integer> epoch,
      boolean settled) {
    this.ledger = ledger;
    this.offset = offset;
    this.timestamp = timestamp;
    this.epoch = epoch;
    this.settled = settled;
  }

  long offset() {
    return offset;
  }

  /** The record's timestamp. */
  Instant timestamp() {
    return timestamp;
  }

  Optional<Integer> epoch() {
    return epoch;
  }

  void settle() {
    if (!settled) {
      settled = true;
      ledger.settled(this);
    }
  }

  /** Its record is gone from the log; for the consumer's thread. */
  void cutOff() {
    cut = true;
  }

  /** Whether its record is gone from the log; for the consumer's thread. */
  boolean cut() {
    return cut;
  }

  boolean settled() {
    return settled;
  }

  /**
   * Begins the work on this offset, unless its partition is on its way out; whether it began. The
   * consumer's thread alone calls it.
   */
  boolean begin() {
    begun = mayBegin();
    return begun;
  }

  /** Whether work on this offset may begin: its partition is ours, and not on its way out. */
  boolean mayBegin() {
    return ledger.ownership().mayBegin();
  }

  /** Whether work on it has begun and is not over; for the consumer's thread. */
  boolean busy() {
    return begun && !settled;
  }

  /** Whether work on this offset may still ring a phone. */
  @Override
  public boolean held() {
    return ledger.ownership().mayPush();
  }

  @Override
  public boolean committed() {
    return ledger.committed(offset);
  }
}
