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
  private final AtomicInteger waiting = new AtomicInteger();
  private boolean crowded;

  Places(int max) {
    this.max = max;
    this.free = new Semaphore(max, true);
  }

  /** Counts one more that will call {@link #take}; called by the consumer's thread. */
  void announce() {
    waiting.incrementAndGet();
  }

  /** Waits for a place. */
  void take() {
    free.acquireUninterruptibly();
    waiting.decrementAndGet();
  }

  void giveBack() {
    free.release();
  }

  int inFlight() {
    return max - free.availablePermits();
  }

  int waiting() {
    return waiting.get();
  }

  /**
   * Whether reading should rest: from the moment that somebody waits for a place until half of the
   * places are free, so that a full worker does not pause and resume with every record. Called by
   * the consumer's thread alone.
   */
  boolean crowded() {
    if (waiting.get() > 0) {
      crowded = true;
    } else if (free.availablePermits() >= (max + 1) / 2) {
      crowded = false;
    }
    return crowded;
  }
}
