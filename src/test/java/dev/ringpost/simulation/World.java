package dev.ringpost.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * The time and the chance of one simulated run. Nothing happens but what stands on its agenda, one
 * after the other, so a run follows from its seed alone.
 */
final class World {

  private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");

  private final Agenda<Runnable> agenda = new Agenda<>();
  private final Random random;
  private long nanos;

  World(long seed) {
    this.random = new Random(seed);
  }

  /** The monotonic clock of everything. */
  long nanoTime() {
    return nanos;
  }

  /** The true time, which is the brokers'. */
  Instant now() {
    return START.plusNanos(nanos);
  }

  /** Puts something on the agenda, so many milliseconds from now. */
  void in(long millis, Runnable what) {
    agenda.add(nanos + Duration.ofMillis(millis).toNanos(), what);
  }

  /** The chance of what asks for numbers itself. */
  RandomGenerator random() {
    return random;
  }

  /** Lets time pass; whoever asks on the way to something stands still meanwhile. */
  void pass(long passing) {
    long end = nanos + passing;
    while (!agenda.isEmpty() && agenda.nextAt() <= end) {
      nanos = Math.max(nanos, agenda.nextAt());
      agenda.next().run();
    }
    nanos = Math.max(nanos, end);
  }

  /** A number from one bound to another, both included. */
  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  /** Whether something with this chance in a hundred happens. */
  boolean happens(int percent) {
    return random.nextInt(100) < percent;
  }
}
