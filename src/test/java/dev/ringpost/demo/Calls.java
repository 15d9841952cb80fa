package dev.ringpost.demo;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** A paced stream of calls, and what was called. */
final class Calls {

  private static final Duration RING = Duration.ofSeconds(30);
  private static final double TO_NOBODY = 0.03;
  private static final double BROKEN = 0.01;

  /** One invite record and whom it was for. */
  sealed interface Call {
    Origin origin();

    /** An invite to a user of the town. */
    record ToUser(Origin origin, CallId id, UserId callee) implements Call {}

    /** An invite to somebody who has no phone. */
    record ToNobody(Origin origin) implements Call {}

    /** A record that is no invite. */
    record Broken(Origin origin) implements Call {}
  }

  private final Map<Origin, Call> made = new LinkedHashMap<>();
  private final CallPlatform platform;
  private final List<UserId> users;
  private final RandomGenerator random;

  Calls(CallPlatform platform, Town town, RandomGenerator random) {
    this.platform = platform;
    this.users = List.copyOf(town.phones().keySet());
    this.random = random;
  }

  /** Calls {@code perSecond} times a second for a while; {@code tick} runs after each. */
  void make(int perSecond, Duration duration, Runnable tick) {
    long start = System.nanoTime();
    long count = perSecond * duration.toSeconds();
    for (long call = 0; call < count; call++) {
      long due = start + call * 1_000_000_000L / perSecond;
      while (System.nanoTime() - due < 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      Call one = one(call);
      made.put(one.origin(), one);
      tick.run();
    }
  }

  Map<Origin, Call> made() {
    return made;
  }

  private Call one(long number) {
    var id = new CallId("demo-" + number + "@ringpost.example");
    double kind = random.nextDouble();
    if (kind < BROKEN) {
      return new Call.Broken(platform.publish("broken", "{\"callId\": \"" + id + "\", oops"));
    }
    if (kind < BROKEN + TO_NOBODY) {
      return new Call.ToNobody(platform.invite(id, new UserId("nobody-" + number), RING));
    }
    UserId callee = users.get(random.nextInt(users.size()));
    return new Call.ToUser(platform.invite(id, callee, RING), id, callee);
  }
}
