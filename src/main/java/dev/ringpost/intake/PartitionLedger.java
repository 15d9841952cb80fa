package dev.ringpost.intake;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

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

  /**
   * What may be committed.
   *
   * @param offset nothing before it is unsettled
   * @param beyond what is settled behind it, as far as a {@link CommitNote} has room for it
   */
  record Point(long offset, SettledOffsets beyond) {}

  private final SettledOffsets settledBefore;
  private final ArrayDeque<Ticket> window = new ArrayDeque<>();

  /** What was settled since the last look; bounded by the window. */
  private final Queue<Long> justSettled = new ConcurrentLinkedQueue<>();

  /**
   * Kept from look to look: a full window has tens of thousands of offsets, and a look is due
   * often.
   */
  private final SettledOffsets.Growing beyond;

  private Optional<Point> lastPoint = Optional.empty();
  private OptionalLong next;
  private volatile Standing standing = Standing.OURS;

  /**
   * @param start the offset from which the partition is read, if it is known already
   * @param settledBefore offsets beyond it that a former owner settled
   */
  PartitionLedger(OptionalLong start, SettledOffsets settledBefore) {
    this.next = start;
    this.settledBefore = settledBefore;
    this.beyond = new SettledOffsets.Growing(settledBefore);
  }

  /** Goes on at an offset further on: what lies between is not there any more. */
  void skipTo(long offset) {
    if (next.isEmpty() || next.getAsLong() < offset) {
      next = OptionalLong.of(offset);
    }
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
   * Takes note that the consumer stands further on with nothing in between: what lies there is no
   * record, such as the markers of transactions.
   */
  void reached(long position) {
    shrink();
    if (window.isEmpty() && next.isPresent()) {
      skipTo(position);
    }
  }

  /** Takes note that an offset of the window is settled; from any thread. */
  void settled(long offset) {
    justSettled.add(offset);
  }

  /**
   * What may be committed, both parts as of one moment. Empty while not even the start of the
   * partition is known.
   */
  Optional<Point> point() {
    boolean changed = false;
    for (Long offset = justSettled.poll(); offset != null; offset = justSettled.poll()) {
      beyond.add(offset);
      changed = true;
    }
    shrink();
    OptionalLong head = window.isEmpty() ? next : OptionalLong.of(window.getFirst().offset());
    if (head.isEmpty()) {
      return Optional.empty();
    }
    long offset = head.getAsLong();
    if (changed || lastPoint.isEmpty() || lastPoint.get().offset() != offset) {
      beyond.forgetBefore(offset);
      lastPoint = Optional.of(new Point(offset, beyond.first(CommitNote.MAX_RUNS)));
    }
    return lastPoint;
  }

  /** Offsets from the oldest unsettled to the newest read; zero when all is settled. */
  long span() {
    shrink();
    return window.isEmpty() ? 0 : window.getLast().offset() - window.getFirst().offset() + 1;
  }

  /** Whether work is in flight; what never began is not waited for. */
  boolean busy() {
    shrink();
    return window.stream().anyMatch(Ticket::busy);
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
