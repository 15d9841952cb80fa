package dev.ringpost.demo;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** A paced stream of calls, and what was called. */
final class Calls {

  private static final Duration RING = Duration.ofSeconds(30);

  /** How long ago an expired call was invited: its ringing is over, and not by a clock's error. */
  private static final Duration LONG_AGO = Duration.ofSeconds(60);

  private static final double TO_NOBODY = 0.03;
  private static final double EXPIRED = 0.01;
  private static final double CANCELLED = 0.1;

  /** The latest cancelling after the invite. */
  private static final int CANCELLED_WITHIN_MILLIS = 1500;

  /** The one record that is no JSON. */
  private static final long BROKEN = 100;

  /** One invite record and whom it was for. */
  sealed interface Call {
    Origin origin();

    /** An invite to a user of the demo. */
    record ToUser(Origin origin, CallId id, UserId callee) implements Call {}

    /** An invite to somebody who has no phone. */
    record ToNobody(Origin origin) implements Call {}

    /** An invite that was too old when it was published. */
    record Expired(Origin origin) implements Call {}

    /** A record that is no invite. */
    record Broken(Origin origin) implements Call {}
  }

  private final Map<Origin, Call> made = new LinkedHashMap<>();
  private final CallPlatform platform;
  private final Signals signals;
  private final List<UserId> users;
  private final RandomGenerator random;

  Calls(CallPlatform platform, Signals signals, DemoUsers demoUsers, RandomGenerator random) {
    this.platform = platform;
    this.signals = signals;
    this.users = List.copyOf(demoUsers.phones().keySet());
    this.random = random;
  }

  /**
   * Calls {@code perSecond} times a second for a while and does what is on the schedule, which
   * begins now; {@code tick} runs after each call.
   */
  void make(int perSecond, Duration duration, Schedule schedule, Runnable tick) {
    schedule.begin();
    long count = perSecond * duration.toSeconds();
    for (long call = 0; call < count; call++) {
      Duration due = Duration.ofNanos(call * 1_000_000_000L / perSecond);
      for (Duration early = due.minus(schedule.now());
          early.isPositive();
          early = due.minus(schedule.now())) {
        LockSupport.parkNanos(early.toNanos());
      }
      Call one = one(call);
      made.put(one.origin(), one);
      if (one instanceof Call.ToUser toUser && random.nextDouble() < CANCELLED) {
        Duration later = Duration.ofMillis(random.nextInt(CANCELLED_WITHIN_MILLIS));
        schedule.at(due.plus(later), () -> signals.end(toUser.id(), "cancelled"));
      }
      schedule.run();
      tick.run();
    }
  }

  Map<Origin, Call> made() {
    return made;
  }

  private Call one(long number) {
    var id = new CallId("demo-" + number + "@ringpost.example");
    if (number == BROKEN) {
      return new Call.Broken(platform.publish("broken", "{\"callId\": \"" + id + "\", oops"));
    }
    double kind = random.nextDouble();
    if (kind < TO_NOBODY) {
      return new Call.ToNobody(platform.invite(id, new UserId("nobody-" + number), RING));
    }
    UserId callee = users.get(random.nextInt(users.size()));
    if (kind < TO_NOBODY + EXPIRED) {
      return new Call.Expired(platform.publish(callee.value(), old(id, callee)));
    }
    return new Call.ToUser(platform.invite(id, callee, RING), id, callee);
  }

  private static String old(CallId id, UserId callee) {
    return """
    {"callId": "%s", "callee": "%s", "caller": {"uri": "sip:bob@example.com"},
     "invitedAt": "%s", "ringSeconds": %d}
    """
        .formatted(id.value(), callee.value(), Instant.now().minus(LONG_AGO), RING.toSeconds());
  }
}
