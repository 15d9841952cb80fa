package dev.ringpost.outbox;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Everything that waits to be written, of all outputs together, with its one bound in bytes. It is
 * counted, not enforced here: whoever reads invites rests while it {@link #isFull}, so it grows
 * beyond the bound by what was read already. Safe for many threads.
 *
 * <p>While Kafka stores what it is given, much less than the bound is enough. Where invites are
 * read faster than their results are written, as after an outage, when most of them are over, a
 * worker that reads on as far as it may fills its heap with what waits, and its collector copies
 * that again and again: with a million such invites in a heap of 460 MB it had two thirds of the
 * time. So reading rests too while it {@link #isBehind}. An output that stores nothing, and records
 * that Kafka refused before, say nothing about that: phones ring on beside them.
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

  /** Below this, in bytes, no wait matters: about two thousand results. */
  static final long CROWD = 4L * 1024 * 1024;

  /** The longest wait of a record in a worker that writes as fast as it reads. */
  static final Duration LONG_WAIT = Duration.ofMillis(50);

  /** How old the newest wait may be: where nothing was stored since, Kafka stores nothing. */
  static final Duration RECENT = Duration.ofMillis(250);

  private final long max;
  private final LongSupplier nanoTime;
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean full;

  /** How long the record waited that was stored last, and when that was; both of a clock's time. */
  private volatile long waitedNanos;

  private volatile long storedNanos;

  /**
   * @param max the bound in bytes
   * @param nanoTime a monotonic clock
   */
  Backlog(long max, LongSupplier nanoTime) {
    this.max = max;
    this.nanoTime = nanoTime;
    this.storedNanos = nanoTime.getAsLong();
  }

  /** One with its share of this process's heap. */
  static Backlog ofHeap() {
    return new Backlog(Runtime.getRuntime().maxMemory() / PART_OF_HEAP, System::nanoTime);
  }

  /** Counts what begins to wait; when that was. */
  long add(long more) {
    bytes.addAndGet(more);
    return nanoTime.getAsLong();
  }

  /**
   * A record waits no more.
   *
   * @param fewer what was added for it, in bytes
   * @param since what {@link #add} returned for it
   * @param triedAgain whether its first try failed: then its wait says nothing about the others
   */
  void ended(long fewer, long since, boolean triedAgain) {
    remove(fewer);
    if (!triedAgain) {
      stored(since);
    }
  }

  void remove(long fewer) {
    bytes.addAndGet(-fewer);
  }

  /** Takes note of a record that was stored at its first try, and of its wait. */
  void stored(long since) {
    long now = nanoTime.getAsLong();
    waitedNanos = now - since;
    storedNanos = now;
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

  /**
   * Whether reading rests for a moment, so that writing can follow: more than {@link #CROWD} waits,
   * and what is stored now had to wait for longer than {@link #LONG_WAIT}.
   */
  boolean isBehind() {
    return bytes.get() >= CROWD
        && waitedNanos > LONG_WAIT.toNanos()
        && nanoTime.getAsLong() - storedNanos < RECENT.toNanos();
  }

  /** What waits, as a part of the bound; 1 and more where it is reached. */
  double share() {
    return (double) bytes.get() / max;
  }
}
