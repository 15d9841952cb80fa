package dev.ringpost.intake;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The window of one partition between the oldest unsettled offset and the newest read. Invites are
 * settled in any order and committed in theirs; the consumer's thread alone calls it, only {@link
 * #standing} and the tickets are read by others.
 */
final class PartitionLedger {

  /** How far the partition is ours. */
  enum Standing {
    OURS,
    /** Being given away: what is in flight may end, nothing new begins. */
    LEAVING,
    /** Another worker's, or nobody's. */
    GONE
  }

  private final SettledOffsets settledBefore;
  private final ArrayDeque<Ticket> window = new ArrayDeque<>();
  private OptionalLong next;
  private volatile Standing standing = Standing.OURS;

  /**
   * @param start the offset from which the partition is read, if it is known already
   * @param settledBefore offsets beyond it that a former owner settled
   */
  PartitionLedger(OptionalLong start, SettledOffsets settledBefore) {
    this.next = start;
    this.settledBefore = settledBefore;
  }

  /** Whether an offset lies before what was read: the partition was made anew or reset. */
  boolean isBehind(long offset) {
    return next.isPresent() && offset < next.getAsLong();
  }

  /** Opens the ticket of a record just read; one that a former owner settled is settled already. */
  Ticket open(long offset, Instant timestamp) {
    var ticket = new Ticket(this, offset, timestamp, settledBefore.contains(offset));
    window.addLast(ticket);
    next = OptionalLong.of(offset + 1);
    return ticket;
  }

  /**
   * The offset that may be committed: nothing before it is unsettled. Empty while not even the
   * start of the partition is known.
   */
  OptionalLong committable() {
    shrink();
    return window.isEmpty() ? next : OptionalLong.of(window.getFirst().offset());
  }

  /** The settled offsets beyond {@link #committable}, for the commit's metadata. */
  SettledOffsets settledBeyond() {
    shrink();
    var beyond = new SettledOffsets.Builder();
    window.stream().filter(Ticket::settled).forEach(ticket -> beyond.add(ticket.offset()));
    return beyond.build();
  }

  /** Offsets from the oldest unsettled to the newest read; zero when all is settled. */
  long span() {
    shrink();
    return window.isEmpty() ? 0 : window.getLast().offset() - window.getFirst().offset() + 1;
  }

  boolean allSettled() {
    shrink();
    return window.isEmpty();
  }

  /** The record timestamp of the oldest unsettled offset. */
  Optional<Instant> oldestUnsettled() {
    shrink();
    return Optional.ofNullable(window.peekFirst()).map(Ticket::timestamp);
  }

  Standing standing() {
    return standing;
  }

  void leave() {
    standing = Standing.LEAVING;
  }

  void go() {
    standing = Standing.GONE;
  }

  private void shrink() {
    Ticket oldest = window.peekFirst();
    while (oldest != null && oldest.settled()) {
      window.removeFirst();
      oldest = window.peekFirst();
    }
  }
}
