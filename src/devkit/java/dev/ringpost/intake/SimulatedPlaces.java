package dev.ringpost.intake;

import java.time.Duration;
import java.util.function.Consumer;

/** The worker's own places in flight, opened for the simulation. */
public final class SimulatedPlaces {

  /** How soon a consumer that rests comes by again. */
  public static final Duration LOOK_AGAIN = InviteConsumer.POLL_WHEN_SATURATED;

  private final InFlightPermits permits;

  public SimulatedPlaces(int max) {
    this.permits = new InFlightPermits(max);
  }

  /**
   * Begins work now or puts it in line.
   *
   * @param work is handed what gives its place back
   */
  public void submit(Consumer<Runnable> work) {
    permits.submit(permit -> work.accept(permit::release));
  }

  /** Begins what waits, as far as places have become free. */
  public void drain() {
    permits.drain();
  }

  /** How many wait for a place. */
  public int waiting() {
    return permits.waiting();
  }

  /** Whether reading should rest. */
  public boolean saturated() {
    return permits.saturated();
  }
}
