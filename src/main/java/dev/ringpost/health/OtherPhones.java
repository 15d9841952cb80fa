package dev.ringpost.health;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeviceKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The newest ends of calls of the devices of each app, to tell a deaf device from a platform that
 * does not say that phones ring. For one thread.
 */
final class OtherPhones {

  /** Bound on the devices of an app whose newest end is remembered. */
  static final int REMEMBERED = 100;

  /** Bound on the apps; of others nothing is known, and none of their devices is called deaf. */
  static final int MAX_APPS = 1000;

  /** So many others must have rung: one may be a test device that answers by itself. */
  static final int LEAST_RINGING = 2;

  /** The share of the others that must have rung, as one in so many. */
  static final int ONE_IN = 4;

  /**
   * The end of a call on a device.
   *
   * @param at when APNs accepted the push
   */
  private record End(boolean rang, Instant at) {}

  private final Duration maxAge;
  private final Map<BundleId, Map<DeviceKey, End>> apps = new HashMap<>();

  /**
   * @param maxAge older ends say nothing
   */
  OtherPhones(Duration maxAge) {
    this.maxAge = maxAge;
  }

  void note(AcceptedPush push, boolean rang) {
    if (apps.size() >= MAX_APPS && !apps.containsKey(push.app())) {
      return;
    }
    Map<DeviceKey, End> ends = apps.computeIfAbsent(push.app(), _ -> new LinkedHashMap<>());
    // taken out first, so that the order is that of the newest ends
    ends.remove(push.device());
    ends.put(push.device(), new End(rang, push.acceptedAt()));
    if (ends.size() > REMEMBERED) {
      ends.remove(ends.keySet().iterator().next());
    }
  }

  /** Whether other devices of the app rang lately: at least two, and at least one in four. */
  boolean rang(AcceptedPush push) {
    Instant oldest = push.acceptedAt().minus(maxAge);
    int called = 0;
    int ringing = 0;
    for (var other : apps.getOrDefault(push.app(), Map.of()).entrySet()) {
      if (!other.getKey().equals(push.device()) && !other.getValue().at().isBefore(oldest)) {
        called++;
        ringing += other.getValue().rang() ? 1 : 0;
      }
    }
    return ringing >= LEAST_RINGING && ringing * ONE_IN >= called;
  }
}
