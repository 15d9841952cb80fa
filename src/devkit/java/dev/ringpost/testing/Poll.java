package dev.ringpost.testing;

import java.time.Duration;
import java.util.concurrent.Callable;

/** A wait for a condition that tells of itself only when asked. */
public final class Poll {

  private Poll() {}

  /**
   * Waits until a condition holds.
   *
   * @param atMost how long it may take
   * @param interval how long to wait between two looks
   * @throws IllegalStateException if it does not hold in time, or cannot be looked at
   */
  public static void until(Duration atMost, Duration interval, Callable<Boolean> condition) {
    long start = System.nanoTime();
    try {
      while (!condition.call()) {
        if (System.nanoTime() - start > atMost.toNanos()) {
          throw new IllegalStateException("not so within " + atMost);
        }
        Thread.sleep(interval);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    } catch (IllegalStateException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the condition cannot be looked at", e);
    }
  }
}
