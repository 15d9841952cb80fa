package dev.ringpost.apns;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
  private final EventLoop loop;

  /** When the last connection was lost or could not be made, while there is none. */
  private @Nullable Long unconnectedSince;

  private boolean closed;

  RouteRecovery(RouteBreaker breaker, ConnectionPool pool, Canary canary, EventLoop loop) {
    this.breaker = breaker;
    this.pool = pool;
    this.canary = canary;
    this.loop = loop;
  }

  /** A connection stands. */
  void connected() {
    assert loop.inEventLoop();
    unconnectedSince = null;
    mayBeBack();
  }

  /** A connection was lost or could not be made. */
  void unconnected() {
    assert loop.inEventLoop();
    if (unconnectedSince == null && !pool.anyOpen()) {
      unconnectedSince = System.nanoTime();
    }
  }

  /**
   * Opens the breaker if there is no connection and too much waits for one.
   *
   * @param waiting pushes that wait
   */
  void tripIfUnconnected(int waiting) {
    assert loop.inEventLoop();
    if (unconnectedSince != null
        && waiting > RouteBreaker.MAX_WAITING_UNCONNECTED
        && System.nanoTime() - unconnectedSince >= RouteBreaker.UNCONNECTED_MAX.toNanos()) {
      breaker.trip();
    }
  }

  /** The breaker has opened: looks from time to time whether a connection stands. */
  void lookForReturn() {
    assert loop.inEventLoop();
    var _ = loop.schedule(this::look, PROBE_AFTER.toNanos(), TimeUnit.NANOSECONDS);
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
    assert loop.inEventLoop();
    closed = true;
  }
}
