package dev.ringpost.intake;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bound on invites that are being rung. Read invites wait for a place on their own virtual
 * threads, in order; the consumer's thread never waits, it sees that somebody does and pauses. Safe
 * for many threads.
 */
final class Places {

  private final int max;
  private final Semaphore free;

  /** Invites that are read and have not given back: those in flight, and those that will be. */
  private final AtomicInteger read = new AtomicInteger();

  private boolean crowded;

  Places(int max) {
    this.max = max;
    this.free = new Semaphore(max, true);
  }

  /** Counts one more that will call {@link #take}; called by the consumer's thread. */
  void announce() {
    read.incrementAndGet();
  }

  /** Waits for a place. */
  void take() {
    free.acquireUninterruptibly();
  }

  void giveBack() {
    free.release();
    read.decrementAndGet();
  }

  int inFlight() {
    return max - free.availablePermits();
  }

  /** Invites for which there is no place; one whose thread has only not begun yet has one. */
  int waiting() {
    return Math.max(0, read.get() - max);
  }

  /**
   * Whether reading should rest: from the moment that somebody waits for a place until half of the
   * places are free, so that a full worker does not pause and resume with every record. Called by
   * the consumer's thread alone.
   */
  boolean crowded() {
    int now = read.get();
    if (now > max) {
      crowded = true;
    } else if (now <= max / 2) {
      crowded = false;
    }
    return crowded;
  }
}
