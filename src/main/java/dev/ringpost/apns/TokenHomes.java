package dev.ringpost.apns;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that turned out to be of the other environment than the one they are registered for, so
 * that they are tried there first: each wrong try earns {@code BadDeviceToken}, for which APNs
 * slows a connection down. A worker learns each anew. Lives on the loop.
 */
final class TokenHomes {

  /** Bound on tokens remembered; the one that has rung the longest ago is forgotten first. */
  static final int MOST = 10_000;

  private record Key(VoipToken token, BundleId app) {}

  private final LinkedHashMap<Key, Environment> homes = new LinkedHashMap<>();

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

  private static Key key(Device device) {
    return new Key(device.token(), device.app());
  }
}
