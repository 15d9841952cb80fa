package dev.ringpost.intake;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bound on invites that are being rung. Whoever has a place runs on a virtual thread of its
 * own; whoever has none waits, in order, and costs no thread. The consumer's thread never waits, it
 * sees that somebody does and pauses. Safe for many threads.
 */
final class Places {

  private final int max;
  private final ReentrantLock lock = new ReentrantLock();

  /** Bounded by what one poll brings: nothing is read while somebody waits. */
  private final Queue<Runnable> waiting = new ArrayDeque<>();

  private int inFlight;
  private boolean crowded;

  Places(int max) {
    this.max = max;
  }

  /** Does work on a virtual thread, as soon as there is a place, which it holds to its end. */
  void enter(Runnable work) {
    lock.lock();
    try {
      if (inFlight == max) {
        waiting.add(work);
        return;
      }
      inFlight++;
    } finally {
      lock.unlock();
    }
    start(work);
  }

  private void start(Runnable work) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                work.run();
              } finally {
                leave();
              }
            });
  }

  /** Hands the place on to whoever waits longest. */
  private void leave() {
    Runnable next;
    lock.lock();
    try {
      next = waiting.poll();
      if (next == null) {
        inFlight--;
      }
    } finally {
      lock.unlock();
    }
    if (next != null) {
      start(next);
    }
  }

  int inFlight() {
    lock.lock();
    try {
      return inFlight;
    } finally {
      lock.unlock();
    }
  }

  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether reading should rest: from the moment that somebody waits for a place until half of the
   * places are free, so that a full worker does not pause and resume with every record.
   */
  boolean crowded() {
    lock.lock();
    try {
      if (!waiting.isEmpty()) {
        crowded = true;
      } else if (inFlight <= max / 2) {
        crowded = false;
      }
      return crowded;
    } finally {
      lock.unlock();
    }
  }
}
