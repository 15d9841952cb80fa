package dev.ringpost.demo;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** What is to be done while the calls are made, each at its time. For one thread. */
final class Agenda {

  /**
   * One thing to do.
   *
   * @param at how long after the first call
   */
  private record Item(Duration at, Runnable deed) {}

  private final PriorityQueue<Item> items = new PriorityQueue<>(Comparator.comparing(Item::at));

  /** Has something done as long after the first call. */
  void at(Duration sinceStart, Runnable deed) {
    items.add(new Item(sinceStart, deed));
  }

  /** Does what is due. */
  void run(Duration sinceStart) {
    for (Item next = items.peek();
        next != null && next.at().compareTo(sinceStart) <= 0;
        next = items.peek()) {
      items.remove();
      next.deed().run();
    }
  }

  boolean isDone() {
    return items.isEmpty();
  }
}
