package dev.ringpost.intake;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The window of one partition between the oldest unsettled offset and the newest read. Invites are
 * settled in any order and committed in theirs; the consumer's thread alone calls it, only the
 * tickets are read by others, and what is committed is asked by any thread.
 */
final class PartitionLedger {

  /**
   * The position that may be committed.
   *
   * @param offset nothing before it is unsettled
   * @param completedBeyond what is settled behind it, as far as a {@link CommitMetadata} has room
   *     for it
   * @param epoch of the leader that appended what stands there or last before it, if known: a log
   *     that was cut since does not have it
   * @param newestEpoch the highest of all leaders that appended what is settled
   */
  record CommitPoint(
      long offset,
      SettledOffsets completedBeyond,
      Optional<Integer> epoch,
      Optional<Integer> newestEpoch) {}

  /** A commit of this ledger's that Kafka has stored; safe for many threads. */
  private static final class StoredCommit {

    private final long offset;
    private final String note;
    private final int room;

    /** What the note says, and each later one will, once somebody has asked. */
    private volatile @Nullable SettledOffsets noted;

    private StoredCommit(long offset, String note, int room) {
      this.offset = offset;
      this.note = note;
      this.room = room;
    }

    /** Whether the next owner takes an offset for settled, by this commit and any later one. */
    private boolean covers(long asked) {
      return asked < offset || noted().contains(asked);
    }

    private SettledOffsets noted() {
      SettledOffsets read = noted;
      if (read == null) {
        read =
            CommitMetadata.decode(offset, note)
                .map(CommitMetadata::settled)
                .map(all -> all.before(all.sureUntil(offset, room)))
                .orElse(SettledOffsets.NONE);
        noted = read;
      }
      return read;
    }
  }

  private final Ownership ownership;
  private final Optional<Integer> epochBefore;
  private SettledOffsets settledBefore;
  private final ArrayDeque<Ticket> window = new ArrayDeque<>();

  /** What was settled since the last look; bounded by the window. */
  private final Queue<Ticket> justSettled = new ConcurrentLinkedQueue<>();

  /**
   * Kept from look to look: a full window has tens of thousands of offsets, and a look is due
   * often.
   */
  private final SettledOffsets.Growing beyond;

  private Optional<CommitPoint> lastPoint = Optional.empty();
  private OptionalLong next;
  private Optional<Integer> nextEpoch;
  private Optional<Integer> newestEpoch;
  private volatile @Nullable StoredCommit stored;
  private int cuts;

  /**
   * A ledger that begins without a former owner's word.
   *
   * @param ownership says whether the partition is still ours
   * @param start the offset from which the partition is read, if it is known already
   */
  PartitionLedger(Ownership ownership, OptionalLong start) {
    this(ownership, start, Optional.empty(), CommitMetadata.NONE);
  }

  /**
   * @param startEpoch of the leader that appended what stands before the start, if known
   * @param note what a former owner settled beyond it
   */
  PartitionLedger(
      Ownership ownership, OptionalLong start, Optional<Integer> startEpoch, CommitMetadata note) {
    this.ownership = ownership;
    this.next = start;
    this.nextEpoch = startEpoch;
    this.settledBefore = note.settled();
    this.epochBefore = note.epoch();
    this.newestEpoch = note.epoch();
    this.beyond = new SettledOffsets.Growing(note.settled());
  }

  /** Goes on at an offset further on: what lies between is not there any more. */
  void skipTo(long offset) {
    if (next.isEmpty() || next.getAsLong() < offset) {
      next = OptionalLong.of(offset);
      nextEpoch = Optional.empty();
    }
  }

  /**
   * The log was cut: what stood from an offset on is gone, and other records will stand there. What
   * is in flight rings on.
   */
  void cutAt(long offset) {
    drain();
    window.stream().filter(ticket -> ticket.offset() >= offset).forEach(Ticket::cutOff);
    window.removeIf(Ticket::cut);
    beyond.forgetFrom(offset);
    next = OptionalLong.of(offset);
    nextEpoch = Optional.empty();
    lastPoint = Optional.empty();
    // What was committed of the records that are gone says nothing of those that will stand there.
    stored = null;
    cuts++;
  }

  /** How often the log was cut so far. */
  int cuts() {
    return cuts;
  }

  /** Whether an offset lies before what was read: the partition was recreated or reset. */
  boolean isBehind(long offset) {
    return next.isPresent() && offset < next.getAsLong();
  }

  /**
   * Opens the ticket of a record just read; one that a former owner settled is settled already.
   *
   * @param epoch of the leader that appended it, if the broker tells
   */
  Ticket open(long offset, Instant timestamp, Optional<Integer> epoch) {
    if (epochBefore.isPresent()
        && isNewer(epoch, epochBefore)
        && !settledBefore.equals(SettledOffsets.NONE)) {
      // Appended since the note was written: if its offset stands there, the log was cut.
      settledBefore = SettledOffsets.NONE;
      beyond.forgetFrom(offset);
      lastPoint = Optional.empty();
    }
    if (isNewer(epoch, newestEpoch)) {
      newestEpoch = epoch;
    }
    var ticket = new Ticket(this, offset, timestamp, epoch, settledBefore.contains(offset));
    window.addLast(ticket);
    next = OptionalLong.of(offset + 1);
    nextEpoch = epoch;
    return ticket;
  }

  private static boolean isNewer(Optional<Integer> epoch, Optional<Integer> other) {
    return epoch.isPresent() && (other.isEmpty() || epoch.get() > other.get());
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

  /** Takes note that a ticket is settled; from any thread. */
  void settled(Ticket ticket) {
    justSettled.add(ticket);
  }

  /**
   * What may be committed, both parts as of one moment. Empty while not even the start of the
   * partition is known.
   */
  Optional<CommitPoint> point() {
    boolean changed = drain();
    shrink();
    OptionalLong head = window.isEmpty() ? next : OptionalLong.of(window.getFirst().offset());
    if (head.isEmpty()) {
      return Optional.empty();
    }
    long offset = head.getAsLong();
    if (changed || lastPoint.isEmpty() || lastPoint.get().offset() != offset) {
      beyond.forgetBefore(offset);
      Optional<Integer> epoch = window.isEmpty() ? nextEpoch : window.getFirst().epoch();
      lastPoint =
          Optional.of(
              new CommitPoint(offset, beyond.first(CommitMetadata.MAX_RUNS), epoch, newestEpoch));
    }
    return lastPoint;
  }

  /**
   * Takes note that Kafka has stored a commit of this ledger's. The one that was answered last
   * counts, also if it was sent before another: it may have been stored after that.
   *
   * @param note what was stored with it, as text
   * @param room for the runs of a note from now on, in bytes
   * @param cutsBefore what {@link #cuts} said when it was made up: one of a log that was cut since
   *     counts for nothing
   */
  void stored(long offset, String note, int room, int cutsBefore) {
    if (cutsBefore == cuts) {
      stored = new StoredCommit(offset, note, room);
    }
  }

  /**
   * Whether Kafka is known to have stored that an offset is settled; for any thread. Once the
   * partition is gone nothing more is committed by this ledger: the next owner has another one,
   * here too.
   */
  boolean committed(long offset) {
    StoredCommit last = stored;
    return last != null && last.covers(offset);
  }

  /** Takes in what was settled since the last time; whether there was anything. */
  private boolean drain() {
    boolean changed = false;
    for (Ticket ticket = justSettled.poll(); ticket != null; ticket = justSettled.poll()) {
      if (!ticket.cut()) {
        beyond.add(ticket.offset());
        changed = true;
      }
    }
    return changed;
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

  Ownership ownership() {
    return ownership;
  }

  void markRevoking() {
    ownership.leave();
  }

  void markLost() {
    ownership.go();
  }

  private void shrink() {
    Ticket oldest = window.peekFirst();
    while (oldest != null && oldest.settled()) {
      window.removeFirst();
      oldest = window.peekFirst();
    }
  }
}
