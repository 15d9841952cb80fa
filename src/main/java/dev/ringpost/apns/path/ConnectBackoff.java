package dev.ringpost.apns.path;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The timing of a route's new connections. All at once while that goes well. Once an opening
 * failed, or a new connection was lost before it proved itself, one after the other with pauses: as
 * long as no connection of the route stands, one connection after the other is the probe that finds
 * out whether APNs is back; as soon as one has proven itself, the others follow. Lives on the loop.
 */
public final class ConnectBackoff {

  /**
   * The pause between two probes while nothing of the route stands: with a quarter less for jitter
   * and the handshake, the first push goes out within a second of APNs' return.
   */
  public static final Duration PROBE = Duration.ofMillis(800);

  /** The first pause after a failure while another connection of the route stands; it doubles. */
  static final Duration FIRST_PAUSE = Duration.ofMillis(600);

  /** Bound on that pause. */
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  /**
   * How often one more connection is granted, on the average: with {@link #SPARE} at most 30 a
   * minute for a route of up to four connections. A host that cannot be reached costs nothing of
   * this, for no connection was opened.
   */
  public static final Duration REFILL = Duration.ofMillis(2700);

  /** Connections that may be opened beyond one for each connection before {@link #REFILL} rules. */
  public static final int SPARE = 4;

  /** A connection that stands for so long has proven itself even without an answer. */
  public static final Duration STANDS = Duration.ofSeconds(2);

  /** A slot that opens connections, as it is told when it may open one. */
  public interface Opener {

    /** It may open one now; whether it does. */
    boolean turn();
  }

  /** The loop's time, in nanoseconds. */
  public interface LoopTime {

    /** The monotonic time, as {@link System#nanoTime}; may be asked on any thread. */
    long now();

    /** Does something on the loop when that time has passed. */
    void later(long nanos, Runnable task);
  }

  /** The most that is taken off a pause at random, so that the workers do not come together. */
  static final double JITTER = 0.2;

  private static final int MAX_DOUBLINGS = 10;

  private final LoopTime time;
  private final BooleanSupplier anyOpen;
  private final ProbeBudget budget;
  private final RandomGenerator random;
  private final int capacity;

  private final LinkedHashSet<Opener> waiting = new LinkedHashSet<>();
  private double granted;
  private long refilledNanos;
  private long openedNanos;

  /** What is left of a pause after the jitter. */
  private double share = 1;

  /**
   * How much later than its pause the budget lets the next probe come, and whether it was asked.
   */
  private long slotNanos;

  private boolean hasSlot;
  private int failures;

  /** When it is looked again whether one may be opened, if that is planned. */
  private @Nullable Long plannedNanos;

  /**
   * @param connections how many connections the route has
   * @param anyOpen whether any connection of the route stands
   * @param budget shared by the routes of the process
   */
  public ConnectBackoff(
      LoopTime time,
      int connections,
      BooleanSupplier anyOpen,
      ProbeBudget budget,
      RandomGenerator random) {
    this.time = time;
    this.anyOpen = anyOpen;
    this.budget = budget;
    this.random = random;
    this.capacity = connections + SPARE;
    this.granted = capacity;
    this.refilledNanos = time.now();
    this.openedNanos = refilledNanos;
  }

  /** One wants to open a connection and is told when it may. */
  public void want(Opener opener) {
    waiting.add(opener);
    openNext();
  }

  /**
   * A connection could not be brought up, or was lost before it had proven itself.
   *
   * @param cause why it could not be brought up, if that is known
   */
  public void failed(@Nullable Throwable cause) {
    if (isUnreached(cause)) {
      granted = Math.min(capacity, granted + 1); // none was opened
    }
    failures++;
    share = 1 - JITTER * random.nextDouble();
    if (anyOpen.getAsBoolean()) {
      slotNanos = 0;
    } else if (!hasSlot) {
      hasSlot = true;
      slotNanos = 0;
      long ready = openedNanos + pauseNanos();
      long wished = Math.max(ready, time.now()); // opening may have lasted longer than its pause
      slotNanos = wished - ready + budget.reserve(wished);
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
  public void proven() {
    failures = 0;
    openNext();
  }

  private void openNext() {
    while (!waiting.isEmpty()) {
      long wait = nanosLeft(time.now());
      if (wait > 0) {
        plan(wait);
        return;
      }
      if (waiting.removeFirst().turn()) {
        granted--;
        openedNanos = time.now();
        hasSlot = false;
      }
    }
  }

  private void plan(long nanos) {
    long at = time.now() + nanos;
    if (plannedNanos == null || at - plannedNanos < 0) {
      plannedNanos = at;
      time.later(
          nanos,
          () -> {
            if (plannedNanos != null && plannedNanos == at) {
              plannedNanos = null;
            }
            openNext();
          });
    }
  }

  private long nanosLeft(long now) {
    granted = Math.min(capacity, granted + (now - refilledNanos) / (double) REFILL.toNanos());
    refilledNanos = now;
    long untilGranted = granted >= 1 ? 0 : (long) ((1 - granted) * REFILL.toNanos()) + 1;
    long untilPause = failures == 0 ? 0 : openedNanos + pauseNanos() - now;
    return Math.max(untilGranted, untilPause);
  }

  /** The pause by what stands now: where nothing does any more, the next one is a probe. */
  private long pauseNanos() {
    long pause =
        anyOpen.getAsBoolean()
            ? Math.min(
                LONGEST_PAUSE.toNanos(),
                FIRST_PAUSE.toNanos() << Math.min(failures - 1, MAX_DOUBLINGS))
            : PROBE.toNanos();
    return (long) (pause * share) + slotNanos;
  }
}
