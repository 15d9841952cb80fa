package dev.ringpost.apns;

import dev.ringpost.apns.path.Loop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The link from a route's connections to its breaker: it reports when there has been no connection
 * for too long, and when the route may be back. Lives on the loop.
 */
final class RouteRecovery {

  /** How long devices are sent away before some find out whether the route is back. */
  static final Duration PROBE_AFTER = Duration.ofSeconds(1);

  private final RouteBreaker breaker;
  private final ConnectionPool pool;
  private final Canary canary;
  private final Loop loop;

  /** When the last connection was lost or could not be made, while there is none. */
  private @Nullable Long unconnectedSince;

  private boolean closed;

  RouteRecovery(RouteBreaker breaker, ConnectionPool pool, Canary canary, Loop loop) {
    this.breaker = breaker;
    this.pool = pool;
    this.canary = canary;
    this.loop = loop;
  }

  /** A connection stands. */
  void connected() {
    assert loop.isHere();
    unconnectedSince = null;
    mayBeBack();
  }

  /** A connection was lost or could not be made. */
  void unconnected() {
    assert loop.isHere();
    if (unconnectedSince == null && !pool.anyOpen()) {
      unconnectedSince = loop.now();
    }
  }

  /**
   * Opens the breaker if there is no connection and too much waits for one.
   *
   * @param waiting pushes that wait
   */
  void tripIfUnconnected(int waiting) {
    assert loop.isHere();
    if (unconnectedSince != null
        && waiting > RouteBreaker.MAX_WAITING_UNCONNECTED
        && loop.now() - unconnectedSince >= RouteBreaker.UNCONNECTED_MAX.toNanos()) {
      breaker.trip();
    }
  }

  /** The breaker has opened: looks from time to time whether a connection stands. */
  void lookForReturn() {
    assert loop.isHere();
    loop.later(PROBE_AFTER.toNanos(), this::look);
  }

  private void look() {
    if (closed || !breaker.isOpen()) {
      return;
    }
    if (pool.anyOpen()) {
      mayBeBack();
    } else {
      lookForReturn();
    }
  }

  private void mayBeBack() {
    if (breaker.isOpen()) {
      breaker.mayBeBack();
      canary.send();
    }
  }

  void close() {
    assert loop.isHere();
    closed = true;
  }
}
