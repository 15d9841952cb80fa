package dev.ringpost.apns;

/** The bounds of a route's queue, opened for the simulation. */
public final class QueueBounds {

  private QueueBounds() {}

  /** Pushes that wait for a stream; one more is told that all are taken. */
  public static int waiting() {
    return PushQueue.MOST;
  }
}
