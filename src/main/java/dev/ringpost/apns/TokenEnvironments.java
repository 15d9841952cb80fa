package dev.ringpost.apns;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that turned out to be of the other environment than the one they are registered for, so
 * that they are tried there first: each wrong try earns {@code BadDeviceToken}, for which APNs
 * slows a connection down. And tokens that turned out to be of neither. A worker learns each anew.
 * Lives on the loop.
 */
final class TokenEnvironments {

  /** Bound on tokens remembered; the one that has rung the longest ago is forgotten first. */
  static final int MOST = 10_000;

  /** For how long a token that neither environment knows is asked about in one only. */
  static final Duration NOWHERE = Duration.ofHours(1);

  private record Key(VoipToken token, BundleId app) {}

  /** A registration whose token neither environment knew. */
  private record Nowhere(Environment registered, Instant registeredAt) {}

  private final LinkedHashMap<Key, Environment> homes = new LinkedHashMap<>();
  private final ForgettingMap<Key, Nowhere> nowhere;

  /**
   * @param nanos the time, as {@link System#nanoTime}
   */
  TokenEnvironments(LongSupplier nanos) {
    nowhere = new ForgettingMap<>(MOST, NOWHERE, nanos);
  }

  /** Where a device's token is valid as far as known, or null. */
  @Nullable Environment of(Device device) {
    return homes.isEmpty() ? null : homes.get(key(device));
  }

  /** A token was found to be valid there. */
  void learn(Device device, Environment environment) {
    Key key = key(device);
    homes.remove(key);
    if (environment == device.environment()) {
      return;
    }
    homes.put(key, environment);
    if (homes.size() > MOST) {
      Map.Entry<Key, Environment> _ = homes.pollFirstEntry();
    }
  }

  /** Both environments called a token bad: from now on one answer is enough. */
  void learnNowhere(Device device) {
    nowhere.put(key(device), new Nowhere(device.environment(), device.registeredAt()));
  }

  /** Whether both environments have called its token bad, and it was not registered since. */
  boolean isNowhere(Device device) {
    return new Nowhere(device.environment(), device.registeredAt())
        .equals(nowhere.get(key(device)));
  }

  /**
   * Begins a push in the environment where its token is valid as far as known.
   *
   * @param registered the way of the environment that it is registered for
   * @param other the way of the other one, if there is one
   */
  void admit(PendingPush push, PendingPush.Way registered, PendingPush.@Nullable Way other) {
    PendingPush.Way elsewhere = isNowhere(push.device()) ? null : other;
    Environment known = of(push.device());
    if (known == null || known == push.device().environment() || elsewhere == null) {
      push.aim(push.device().environment(), elsewhere);
      registered.admit(push);
    } else {
      push.aim(known, registered);
      elsewhere.admit(push);
    }
  }

  private static Key key(Device device) {
    return new Key(device.token(), device.app());
  }
}
