package dev.ringpost.demo;

import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.ReceivedPush;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The phones of the demo's users. A push wakes one up; its app registers with the SIP server, which
 * tells that it rings. In some calls somebody answers then, and hangs up after a few words. For one
 * thread.
 */
final class Phones {

  private static final Duration WAKES_WITHIN = Duration.ofMillis(900);
  private static final Duration WAKES_NOT_WITHIN = Duration.ofMillis(150);
  private static final Duration ANSWERED_WITHIN = Duration.ofMillis(1500);
  private static final Duration A_FEW_WORDS = Duration.ofSeconds(1);
  private static final double ANSWERED = 0.3;

  private record Owner(UserId user, DeviceId device) {}

  private final Map<String, Owner> owners = new HashMap<>();
  private final Map<LocalApns, Integer> looked = new HashMap<>();
  private final Set<Rings.Key> awake = new HashSet<>();
  private final Set<String> ringing = new HashSet<>();
  private final Signals signals;
  private final Schedule schedule;
  private final RandomGenerator random;

  Phones(
      DemoUsers demoUsers,
      Signals signals,
      Schedule schedule,
      RandomGenerator random,
      LocalApns production,
      LocalApns sandbox) {
    demoUsers
        .phones()
        .forEach(
            (user, phones) ->
                phones.forEach(
                    phone -> owners.put(phone.token().hex(), new Owner(user, phone.id()))));
    this.signals = signals;
    this.schedule = schedule;
    this.random = random;
    looked.put(production, 0);
    looked.put(sandbox, 0);
  }

  /** Wakes the phones that got a push since the last look. */
  void look() {
    looked.replaceAll(
        (apns, before) -> {
          List<ReceivedPush> pushes = apns.pushes();
          pushes.subList(before, pushes.size()).stream()
              .filter(ReceivedPush::accepted)
              .forEach(this::wake);
          return pushes.size();
        });
  }

  private void wake(ReceivedPush push) {
    Rings.Key key = Rings.key(push);
    Owner owner = owners.get(key.token());
    if (owner == null || !awake.add(key)) {
      return;
    }
    schedule.after(
        WAKES_NOT_WITHIN.plus(upTo(WAKES_WITHIN.minus(WAKES_NOT_WITHIN))),
        () -> ring(new CallId(key.call()), owner));
  }

  private void ring(CallId call, Owner owner) {
    signals.ringing(call, owner.user(), owner.device());
    if (ringing.add(call.value()) && random.nextDouble() < ANSWERED) {
      schedule.after(upTo(ANSWERED_WITHIN), () -> answer(call));
    }
  }

  private void answer(CallId call) {
    if (signals.end(call, "answered")) {
      schedule.after(upTo(A_FEW_WORDS), () -> signals.hangUp(call));
    }
  }

  private Duration upTo(Duration longest) {
    return Duration.ofMillis(random.nextLong(longest.toMillis()));
  }
}
