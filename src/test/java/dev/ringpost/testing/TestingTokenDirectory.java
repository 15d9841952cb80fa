package dev.ringpost.testing;

import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.UserId;
import dev.ringpost.delivery.DeviceLookup;
import dev.ringpost.delivery.DeviceLookup.DeadDevice;
import dev.ringpost.delivery.TokenDirectory;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A directory of the devices that a test puts there, in the order and with the omissions of the
 * real one. Safe for many threads.
 */
public final class TestingTokenDirectory implements TokenDirectory {

  private static final Comparator<Device> NEWEST_FIRST =
      Comparator.comparing(Device::registeredAt)
          .reversed()
          .thenComparing(device -> device.id().value());

  private final Map<UserId, DeviceLookup> users = new ConcurrentHashMap<>();
  private final AtomicInteger lookups = new AtomicInteger();

  public void put(UserId user, Device... live) {
    put(user, new DeviceLookup(List.of(live), List.of(), false));
  }

  public void put(UserId user, DeviceLookup lookup) {
    List<Device> live = lookup.live().stream().sorted(NEWEST_FIRST).toList();
    requireOncePerId(lookup);
    Set<Object> phones = new HashSet<>();
    users.put(
        user,
        new DeviceLookup(
            live.stream().filter(d -> phones.add(List.of(d.token(), d.app()))).toList(),
            lookup.dead(),
            lookup.handedOn(),
            lookup.unreadable(),
            lookup.behind()));
  }

  private static void requireOncePerId(DeviceLookup lookup) {
    Set<DeviceId> ids = new HashSet<>();
    Stream.of(
            lookup.live().stream(),
            lookup.dead().stream().map(DeadDevice::device),
            lookup.handedOn().stream())
        .flatMap(devices -> devices)
        .forEach(
            device -> {
              if (!ids.add(device.id())) {
                throw new IllegalArgumentException(device.id() + " has two registrations");
              }
            });
  }

  /** How often it was asked. */
  public int lookups() {
    return lookups.get();
  }

  @Override
  public DeviceLookup lookup(UserId user) {
    lookups.incrementAndGet();
    return users.getOrDefault(user, new DeviceLookup(List.of(), List.of(), false));
  }
}
