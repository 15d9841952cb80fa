package dev.ringpost.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The events to come, by their time. What is at the same time comes in an order that is the same in
 * every run.
 *
 * @param <E> an event
 */
final class Agenda<E> {

  private static final int FIRST_SIZE = 1 << 12;

  private long[] times = new long[FIRST_SIZE];
  private final List<E> events = new ArrayList<>();

  /** Adds an event. */
  void add(long nanos, E event) {
    int at = events.size();
    if (at == times.length) {
      times = Arrays.copyOf(times, 2 * at);
    }
    events.add(event);
    while (at > 0 && times[(at - 1) / 2] > nanos) {
      int parent = (at - 1) / 2;
      times[at] = times[parent];
      events.set(at, events.get(parent));
      at = parent;
    }
    times[at] = nanos;
    events.set(at, event);
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  /** The time of the next event; there is one. */
  long nextAt() {
    return times[0];
  }

  /** Removes the next event and returns it; there is one. */
  E next() {
    E next = events.getFirst();
    int size = events.size() - 1;
    E last = events.removeLast();
    if (size > 0) {
      sink(last, times[size], size);
    }
    return next;
  }

  private void sink(E event, long time, int size) {
    int at = 0;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && times[child + 1] < times[child]) {
        child++;
      }
      if (time <= times[child]) {
        break;
      }
      times[at] = times[child];
      events.set(at, events.get(child));
      at = child;
    }
    times[at] = time;
    events.set(at, event);
  }
}
