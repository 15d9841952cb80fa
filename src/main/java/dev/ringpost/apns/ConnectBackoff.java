package dev.ringpost.apns;

import io.netty.channel.EventLoop;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When the lanes of a route may open connections. All at once while that goes well. Once an opening
 * failed, or a new connection was lost before it proved itself, one after the other with pauses: as
 * long as no connection of the route stands, one lane after the other is the probe that finds out
 * whether APNs is back; as soon as one has proven itself, the others follow. Lives on the loop.
 */
final class ConnectBackoff {

  /**
   * The pause between two probes while nothing of the route stands: with a quarter less for jitter
   * and the handshake, the first push goes out within a second of APNs' return.
   */
  static final Duration PROBE = Duration.ofMillis(800);

  /** The first pause after a failure while another connection of the route stands; it doubles. */
  static final Duration FIRST_PAUSE = Duration.ofMillis(600);

  /** Bound on that pause. */
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  /**
   * How often one more connection is granted, on the average: with {@link #SPARE} at most 30 a
   * minute for a route of up to four lanes. A host that cannot be reached costs nothing of this,
   * for no connection was opened.
   */
  static final Duration REFILL = Duration.ofMillis(2700);

  /** Connections that may be opened beyond one for each lane before {@link #REFILL} rules. */
  static final int SPARE = 4;

  /** A connection that stands for so long has proven itself even without an answer. */
  static final Duration STANDS = Duration.ofSeconds(2);

  private static final double JITTER = 0.2;
  private static final int MAX_DOUBLINGS = 10;

  private final EventLoop loop;
  private final BooleanSupplier anyOpen;
  private final ProbeBudget budget;
  private final RandomGenerator random;
  private final int capacity;

  private final LinkedHashSet<Lane> waiting = new LinkedHashSet<>();
  private double granted;
  private long refilledNanos = System.nanoTime();
  private long openedNanos = refilledNanos;
  private long pauseNanos;
  private int failures;
  private boolean planned;

  /**
   * @param lanes how many lanes the route has
   * @param anyOpen whether any connection of the route stands
   * @param budget shared by the routes of the process
   */
  ConnectBackoff(
      EventLoop loop,
      int lanes,
      BooleanSupplier anyOpen,
      ProbeBudget budget,
      RandomGenerator random) {
    this.loop = loop;
    this.anyOpen = anyOpen;
    this.budget = budget;
    this.random = random;
    this.capacity = lanes + SPARE;
    this.granted = capacity;
  }

  /** A lane wants to open a connection and is told when it may. */
  void want(Lane lane) {
    waiting.add(lane);
    openNext();
  }

  /**
   * A connection could not be brought up, or was lost before it had proven itself.
   *
   * @param cause why it could not be brought up, if that is known
   */
  void failed(@Nullable Throwable cause) {
    if (isUnreached(cause)) {
      granted = Math.min(capacity, granted + 1); // none was opened
    }
    failures++;
    long pause =
        anyOpen.getAsBoolean()
            ? Math.min(
                LONGEST_PAUSE.toNanos(),
                FIRST_PAUSE.toNanos() << Math.min(failures - 1, MAX_DOUBLINGS))
            : PROBE.toNanos();
    pauseNanos = (long) (pause * (1 - JITTER * random.nextDouble()));
    if (!anyOpen.getAsBoolean()) {
      pauseNanos += budget.reserve(System.nanoTime() + pauseNanos);
    }
  }

  /** Whether not even TCP came about. */
  private static boolean isUnreached(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }

  /** A new connection has proven itself: the others may follow. */
  void proven() {
    failures = 0;
    openNext();
  }

  private void openNext() {
    while (!waiting.isEmpty()) {
      long wait = nanosLeft(System.nanoTime());
      if (wait > 0) {
        plan(wait);
        return;
      }
      if (waiting.removeFirst().turn()) {
        granted--;
        openedNanos = System.nanoTime();
      }
    }
  }

  private void plan(long nanos) {
    if (!planned) {
      planned = true;
      var _ =
          loop.schedule(
              () -> {
                planned = false;
                openNext();
              },
              nanos,
              TimeUnit.NANOSECONDS);
    }
  }

  private long nanosLeft(long now) {
    granted = Math.min(capacity, granted + (now - refilledNanos) / (double) REFILL.toNanos());
    refilledNanos = now;
    long untilGranted = granted >= 1 ? 0 : (long) ((1 - granted) * REFILL.toNanos()) + 1;
    long untilPause = failures == 0 ? 0 : openedNanos + pauseNanos - now;
    return Math.max(untilGranted, untilPause);
  }
}
