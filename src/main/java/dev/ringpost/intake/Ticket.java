package dev.ringpost.intake;

import java.time.Instant;

/**
 * One offset that must be settled before anything behind it may be committed. Settled once, from
 * any thread; settling again changes nothing.
 */
final class Ticket {

  private final PartitionLedger ledger;
  private final long offset;
  private final Instant timestamp;
  private volatile boolean settled;
  private boolean begun;

  Ticket(PartitionLedger ledger, long offset, Instant timestamp, boolean settled) {
    this.ledger = ledger;
    this.offset = offset;
    this.timestamp = timestamp;
    this.settled = settled;
  }

  long offset() {
    return offset;
  }

  /** The record's timestamp. */
  Instant timestamp() {
    return timestamp;
  }

  void settle() {
    if (!settled) {
      settled = true;
      ledger.settled(offset);
    }
  }

  boolean settled() {
    return settled;
  }

  /**
   * Begins the work on this offset, unless its partition is on its way out; whether it began. The
   * consumer's thread alone calls it.
   */
  boolean begin() {
    begun = ledger.standing() == PartitionLedger.Standing.OURS;
    return begun;
  }

  /** Whether work on it has begun and is not over; for the consumer's thread. */
  boolean busy() {
    return begun && !settled;
  }

  /** Whether work on this offset may still ring a phone. */
  boolean held() {
    return ledger.standing() != PartitionLedger.Standing.GONE;
  }
}
