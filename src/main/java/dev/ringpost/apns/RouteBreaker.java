package dev.ringpost.apns;

import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breaker of a route: it keeps calls away from one that accepts no pushes. Each of them
 * would wait there for {@code attempt.max} and take a place in flight from calls that could ring:
 * one dead route must cost the others nothing. Lives on the loop; its state may be asked on any
 * thread.
 *
 * <p>It opens when nearly all outcomes of the last seconds are the route's fault, or at once when
 * there is no connection and many pushes wait for one. Once the route may be back a few pushes are
 * let through, and their outcomes decide.
 */
final class RouteBreaker {

  /** Outcomes of so many seconds count. */
  static final int WINDOW_SECONDS = 10;

  /** Less outcomes than this tell nothing. */
  static final int FEWEST = 10;

  /**
   * The share of outcomes, in percent, from which on a route is dead. Above a half: a connection
   * that hangs is the connection's trouble, and is replaced.
   */
  static final int DEAD_PERCENT = 80;

  /** Pushes that find out whether the route is back. */
  static final int PROBES = 3;

  /**
   * Bound on pushes that wait while there has been no connection for {@link #UNCONNECTED_MAX}: a
   * small part of the places in flight.
   */
  static final int MAX_WAITING_UNCONNECTED = 300;

  /** A lost connection is nearly always replaced within this time, and it is worth waiting for. */
  static final Duration UNCONNECTED_MAX = Duration.ofSeconds(1);

  /** Never by itself: it is told when the route may be back. */
  private static final Duration FOR_EVER = Duration.ofDays(365);

  private static final PushOutcome APNS_HAS_TROUBLE = new TryAgain(RetryReason.SERVER);

  private static final Logger log = LoggerFactory.getLogger(RouteBreaker.class);

  private final String route;
  private final Runnable whenOpen;
  private final CircuitBreaker breaker;

  /** The newest failures, the newest in the lowest bit, 1 for each that was APNs' answer (5xx). */
  private int serverErrorBits;

  /** Its state when it was looked at last. */
  private State seen = State.CLOSED;

  /** Only its being there counts; a stack trace for each failure would cost more than the push. */
  private final RuntimeException fault = new RouteFailedException();

  /**
   * @param route its name, for the log
   * @param nanoTime a monotonic clock: the window must not follow the steps of a wall clock
   * @param whenOpen is told each time that it opens, right afterwards
   */
  RouteBreaker(String route, LongSupplier nanoTime, Runnable whenOpen) {
    this.route = route;
    this.whenOpen = whenOpen;
    this.breaker =
        CircuitBreaker.of(
            route,
            CircuitBreakerConfig.custom()
                .slidingWindow(WINDOW_SECONDS, FEWEST, SlidingWindowType.TIME_BASED)
                .failureRateThreshold(DEAD_PERCENT)
                .permittedNumberOfCallsInHalfOpenState(PROBES)
                .waitDurationInOpenState(FOR_EVER)
                .clock(new Monotonic(nanoTime))
                .currentTimestampFunction(_ -> nanoTime.getAsLong(), TimeUnit.NANOSECONDS)
                .build());
  }

  /**
   * Looks whether the state has changed. With a listener, the breaker would make an event, with its
   * date, of every push.
   */
  private void look() {
    State state = breaker.getState();
    if (state == seen) {
      return;
    }
    seen = state;
    switch (state) {
      case OPEN -> {
        log.atWarn()
            .addKeyValue("route", route)
            .log("circuit breaker open: pushes for this route go to the retry topics");
        whenOpen.run();
      }
      case CLOSED -> log.atInfo().addKeyValue("route", route).log("the route accepts pushes again");
      case HALF_OPEN, DISABLED, FORCED_OPEN, METRICS_ONLY ->
          log.atDebug().addKeyValue("route", route).log("the route is being probed");
    }
  }

  /** Whether devices are sent away untried; may be asked on any thread. */
  boolean isOpen() {
    return breaker.getState() == State.OPEN;
  }

  /** Whether every push is let through. */
  boolean isClosed() {
    return breaker.getState() == State.CLOSED;
  }

  /** What it comes to for a device that is sent away: whether APNs itself said that it is down. */
  RetryReason whyOpen() {
    int newest = serverErrorBits & ((1 << FEWEST) - 1);
    return Integer.bitCount(newest) > FEWEST / 2 ? RetryReason.SERVER_DOWN : RetryReason.ROUTE_DOWN;
  }

  /** Lets a push through as a probe, or not; only if it is not closed. */
  boolean probes() {
    return breaker.getState() == State.HALF_OPEN && breaker.tryAcquirePermission();
  }

  /**
   * A push that was let through has its outcome.
   *
   * @param probe whether {@link #probes} let it through
   */
  void ended(PushOutcome outcome, boolean probe) {
    if (probe != (breaker.getState() == State.HALF_OPEN)) {
      return; // of another time than now
    }
    switch (sign(outcome)) {
      case ALIVE -> breaker.onSuccess(0, TimeUnit.NANOSECONDS);
      case DEAD -> {
        serverErrorBits = serverErrorBits << 1 | (outcome.equals(APNS_HAS_TROUBLE) ? 1 : 0);
        breaker.onError(0, TimeUnit.NANOSECONDS, fault);
      }
      case NONE -> {
        if (probe) {
          breaker.releasePermission();
        }
      }
    }
    look();
  }

  /** There is no connection and too much waits for one. */
  void trip() {
    if (isClosed()) {
      serverErrorBits = 0;
      breaker.transitionToOpenState();
      look();
    }
  }

  /** The route may be back: a few pushes find out. */
  void mayBeBack() {
    if (isOpen()) {
      breaker.transitionToHalfOpenState();
      look();
    }
  }

  /** The route is known to be back. */
  void isBack() {
    if (!isClosed()) {
      breaker.transitionToClosedState();
      look();
    }
  }

  /** The meaning of a push's outcome for the route. */
  enum Sign {
    ALIVE,
    DEAD,
    NONE
  }

  static Sign sign(PushOutcome outcome) {
    return switch (outcome) {
      case Accepted _, Unregistered _, Refused _ -> Sign.ALIVE;
      case TryAgain(RetryReason cause) ->
          switch (cause) {
            case NO_ANSWER, CONNECTION, SERVER, CREDENTIAL -> Sign.DEAD;
            case BUSY, THROTTLED, LEAVING, ROUTE_DOWN, SERVER_DOWN -> Sign.NONE;
          };
      case NotSent _ -> Sign.NONE;
    };
  }

  /**
   * A clock that never steps. It tells no date: only differences between its times mean anything.
   */
  private static final class Monotonic extends Clock {

    private final LongSupplier nanoTime;

    Monotonic(LongSupplier nanoTime) {
      this.nanoTime = nanoTime;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusNanos(nanoTime.getAsLong());
    }
  }

  private static final class RouteFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RouteFailedException() {
      super("the route's fault", null, false, false);
    }
  }
}
