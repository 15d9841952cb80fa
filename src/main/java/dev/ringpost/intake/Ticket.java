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
    settled = true;
  }

  boolean settled() {
    return settled;
  }

  /** Whether work on this offset may begin; not while its partition is on its way out. */
  boolean mayStart() {
    return ledger.standing() == PartitionLedger.Standing.OURS;
  }

  /** Whether work on this offset may still ring a phone. */
  boolean held() {
    return ledger.standing() != PartitionLedger.Standing.GONE;
  }
}
