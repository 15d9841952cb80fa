package dev.ringpost.demo;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** The work to be done while the calls are made and after, each at its time. For one thread. */
final class Schedule {

  /**
   * One thing to do.
   *
   * @param at how long after the beginning
   */
  private record Item(Duration at, Runnable deed) {}

  private final PriorityQueue<Item> items = new PriorityQueue<>(Comparator.comparing(Item::at));
  private long beginning = System.nanoTime();

  /** Now is the beginning. */
  void begin() {
    beginning = System.nanoTime();
  }

  /** The time since the beginning. */
  Duration now() {
    return Duration.ofNanos(System.nanoTime() - beginning);
  }

  /** Has something done as long from now. */
  void after(Duration wait, Runnable deed) {
    at(now().plus(wait), deed);
  }

  /** Has something done as long after the beginning. */
  void at(Duration sinceBeginning, Runnable deed) {
    items.add(new Item(sinceBeginning, deed));
  }

  /** Does what is due. */
  void run() {
    Duration now = now();
    for (Item next = items.peek();
        next != null && next.at().compareTo(now) <= 0;
        next = items.peek()) {
      items.remove();
      next.deed().run();
    }
  }

  boolean isDone() {
    return items.isEmpty();
  }
}
