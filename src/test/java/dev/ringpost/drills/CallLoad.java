package dev.ringpost.drills;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.guarantees.NothingRingsAfterItsEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A paced stream of calls, with the truth about each. Most ring long; some ring so shortly that
 * trouble makes them late, and some are cancelled while they may still be tried.
 */
final class CallLoad implements AutoCloseable {

  private static final Duration LONG_RING = Duration.ofSeconds(45);
  private static final Duration SHORT_RING = Duration.ofSeconds(3);

  /** The time from an invite to its caller's giving up. */
  static final Duration CANCELLED_AFTER = Duration.ofMillis(600);

  private final Duration pace;
  private final CallPlatform platform;
  private final NothingRingsAfterItsEnd ends;
  private final int users;
  private final Map<Origin, Instant> stored = new ConcurrentHashMap<>();
  private final Set<Origin> patient = ConcurrentHashMap.newKeySet();
  private final AtomicInteger published;
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final Thread thread;

  private CallLoad(
      Duration pace,
      CallPlatform platform,
      NothingRingsAfterItsEnd ends,
      int users,
      AtomicInteger published) {
    this.pace = pace;
    this.platform = platform;
    this.ends = ends;
    this.users = users;
    this.published = published;
    this.thread = Thread.ofPlatform().daemon().name("call-load").start(this::run);
  }

  /**
   * Begins to call.
   *
   * @param pace the time between two calls
   * @param published counts the calls of all loads, so that each has an id of its own
   */
  static CallLoad start(
      Duration pace,
      CallPlatform platform,
      NothingRingsAfterItsEnd ends,
      int users,
      AtomicInteger published) {
    return new CallLoad(pace, platform, ends, users, published);
  }

  /** The invites that Kafka has, and since when. */
  Map<Origin, Instant> stored() {
    return Map.copyOf(stored);
  }

  /** Of these, those that ring for longer than any trouble of a drill. */
  Set<Origin> patient() {
    return Set.copyOf(patient);
  }

  /** How many invites were sent; Kafka may not have them all yet. */
  int sent() {
    return sent.get();
  }

  /** Ends the calling. */
  @Override
  public void close() {
    stopping.set(true);
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long next = System.nanoTime();
    while (!stopping.get()) {
      call(published.getAndIncrement());
      next += pace.toNanos();
      LockSupport.parkNanos(Math.max(1, next - System.nanoTime()));
    }
  }

  private void call(int number) {
    var call = new CallId("drill-" + number);
    Duration ring = number % 5 == 0 ? SHORT_RING : LONG_RING;
    sent.incrementAndGet();
    platform.inviteLater(
        call,
        user(number % users),
        ring,
        origin -> {
          stored.put(origin, Instant.now());
          if (ring.equals(LONG_RING)) {
            patient.add(origin);
          }
        });
    if (isCancelled(number)) {
      Thread.ofVirtual()
          .start(
              () -> {
                LockSupport.parkNanos(CANCELLED_AFTER.toNanos());
                platform.signalLater(call, "cancelled", _ -> ends.ended(call, Instant.now()));
              });
    }
  }

  /** Whether the caller of a call gives up: each seventh does. */
  static boolean isCancelled(int number) {
    return number % 7 == 3;
  }

  static UserId user(int number) {
    return new UserId("user-" + number);
  }
}
