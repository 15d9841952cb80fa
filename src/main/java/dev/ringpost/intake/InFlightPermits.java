package dev.ringpost.intake;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The bound on invites that are being rung. The consumer's thread alone lets work in and never
 * waits: what finds no place stays in line until the thread comes by again. Places are given back
 * by any thread.
 */
final class InFlightPermits {

  /** A place that is taken, to be given back once. Giving it back again changes nothing. */
  final class Permit {

    private final AtomicBoolean taken = new AtomicBoolean(true);

    private Permit() {}

    void release() {
      if (taken.compareAndSet(true, false)) {
        inFlight.decrementAndGet();
      }
    }
  }

  /** The part of the places, one in so many, that is free again before a full worker reads on. */
  private static final int FREE_TO_READ = 4;

  private final int max;
  private final AtomicInteger inFlight = new AtomicInteger();

  /** Bounded by what one poll brings: nothing is read while somebody waits. */
  private final Queue<Consumer<Permit>> queue = new ArrayDeque<>();

  private volatile int waiting;
  private boolean saturated;

  InFlightPermits(int max) {
    this.max = max;
  }

  /** Begins work now, if there is a place and nobody waits for one, else puts it in line. */
  void submit(Consumer<Permit> work) {
    if (queue.isEmpty() && inFlight.get() < max) {
      begin(work);
    } else {
      queue.add(work);
      waiting = queue.size();
    }
  }

  /** Begins what waits, as far as places have become free. */
  void drain() {
    while (!queue.isEmpty() && inFlight.get() < max) {
      begin(queue.remove());
    }
    waiting = queue.size();
  }

  private void begin(Consumer<Permit> work) {
    inFlight.incrementAndGet();
    work.accept(new Permit());
  }

  /** How many places are taken; may be asked on any thread. */
  int inFlight() {
    return inFlight.get();
  }

  /** How many wait for a place; may be asked on any thread. */
  int waiting() {
    return waiting;
  }

  /**
   * Whether reading should rest: from the moment that somebody waits for a place until a quarter of
   * the places is free, so that a full worker does not pause and resume with every record. What
   * rests beyond that is missing at APNs: with half of them a worker whose answers take 80 ms
   * worked with little more than half.
   */
  boolean saturated() {
    if (!queue.isEmpty()) {
      saturated = true;
    } else if (inFlight.get() <= max - max / FREE_TO_READ) {
      saturated = false;
    }
    return saturated;
  }
}
