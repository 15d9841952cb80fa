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
final class Places {

  /** One place, taken. Giving it back again changes nothing. */
  final class Place {

    private final AtomicBoolean taken = new AtomicBoolean(true);

    private Place() {}

    void giveBack() {
      if (taken.compareAndSet(true, false)) {
        inFlight.decrementAndGet();
      }
    }
  }

  private final int max;
  private final AtomicInteger inFlight = new AtomicInteger();

  /** Bounded by what one poll brings: nothing is read while somebody waits. */
  private final Queue<Consumer<Place>> line = new ArrayDeque<>();

  private volatile int waiting;
  private boolean crowded;

  Places(int max) {
    this.max = max;
  }

  /** Begins work now, if there is a place and nobody waits for one, else puts it in line. */
  void enter(Consumer<Place> work) {
    if (line.isEmpty() && inFlight.get() < max) {
      begin(work);
    } else {
      line.add(work);
      waiting = line.size();
    }
  }

  /** Begins what waits, as far as places have become free. */
  void fill() {
    while (!line.isEmpty() && inFlight.get() < max) {
      begin(line.remove());
    }
    waiting = line.size();
  }

  private void begin(Consumer<Place> work) {
    inFlight.incrementAndGet();
    work.accept(new Place());
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
   * Whether reading should rest: from the moment that somebody waits for a place until half of the
   * places are free, so that a full worker does not pause and resume with every record.
   */
  boolean crowded() {
    if (!line.isEmpty()) {
      crowded = true;
    } else if (inFlight.get() <= max / 2) {
      crowded = false;
    }
    return crowded;
  }
}
