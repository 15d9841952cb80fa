package dev.ringpost.outbox;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Everything that waits to be written, of all outputs together, with its one bound in bytes. It is
 * counted, not enforced here: whoever reads invites rests while it {@link #isFull}, so it grows
 * beyond the bound by what was read already. Safe for many threads.
 */
final class Backlog {

  /** The bound is this part of the heap, for the rest is for the token table and the clients. */
  static final int PART_OF_HEAP = 4;

  /**
   * What a waiting record costs beside its bytes and those of its invite: the objects of both, the
   * invite's place in a ledger and what hangs on the record. An estimate: with 160 MB of heap and
   * the backlog full, all that was kept took 80 to 94 MB.
   */
  static final int OVERHEAD = 1024;

  private final long max;
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean full;

  /**
   * @param max the bound in bytes
   */
  Backlog(long max) {
    this.max = max;
  }

  /** One with its share of this process's heap. */
  static Backlog ofHeap() {
    return new Backlog(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
  }

  void add(long more) {
    bytes.addAndGet(more);
  }

  void remove(long fewer) {
    bytes.addAndGet(-fewer);
  }

  /** Whether reading must rest: from the bound on, until half of it is free. */
  boolean isFull() {
    long now = bytes.get();
    if (now >= max) {
      full = true;
    } else if (now <= max / 2) {
      full = false;
    }
    return full;
  }

  /** What waits, as a part of the bound; 1 and more where it is reached. */
  double share() {
    return (double) bytes.get() / max;
  }
}
