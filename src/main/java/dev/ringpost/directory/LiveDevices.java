package dev.ringpost.directory;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.DeviceLookup;
import dev.ringpost.delivery.DeviceLookup.DeadDevice;
import dev.ringpost.directory.table.UserValues;
import dev.ringpost.events.Invalidation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The living among a user's registrations: each phone once, without those that Apple named dead.
 */
final class LiveDevices {

  /** Newest registration first; the id only makes the order the same everywhere. */
  private static final Comparator<Device> NEWEST_FIRST =
      Comparator.comparing(Device::registeredAt)
          .reversed()
          .thenComparing(device -> device.id().value());

  private LiveDevices() {}

  /**
   * The devices that may be pushed, and those of which Apple has said that they are dead.
   *
   * @param found as they are registered
   */
  static DeviceLookup among(
      UserValues<Device> found, List<Invalidation> invalidations, int unreadable, boolean behind) {
    List<Device> live = new ArrayList<>();
    List<DeadDevice> dead = new ArrayList<>();
    for (Device device : onePerToken(found.shown())) {
      Optional<Invalidation> word = killer(invalidations, device);
      if (word.isPresent()) {
        dead.add(new DeadDevice(device, word.get().invalidAt()));
      } else {
        live.add(device);
      }
    }
    return new DeviceLookup(live, dead, found.handedOn(), unreadable, behind);
  }

  private static Optional<Invalidation> killer(List<Invalidation> invalidations, Device device) {
    for (Invalidation word : invalidations) {
      if (word.kills(device)) {
        return Optional.of(word);
      }
    }
    return Optional.empty();
  }

  /**
   * No call pushes one token twice: of devices that share it the newest registration counts. If
   * that one names the wrong environment, the engine finds the other one, if it has routes to both.
   */
  private static List<Device> onePerToken(List<Device> devices) {
    if (devices.size() < 2) {
      return devices;
    }
    List<Device> newestFirst = devices.stream().sorted(NEWEST_FIRST).toList();
    Set<Target> targets = new HashSet<>();
    return newestFirst.stream().filter(d -> targets.add(new Target(d.token(), d.app()))).toList();
  }

  /** The key by which APNs knows a phone; two registrations that share it are the same phone. */
  private record Target(VoipToken token, BundleId app) {}
}
