package dev.ringpost.testing;

import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.delivery.DeviceLookup;
import dev.ringpost.delivery.TokenDirectory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A directory of the devices that a test puts there. Safe for many threads. */
public final class TestingTokenDirectory implements TokenDirectory {

  private final Map<UserId, DeviceLookup> users = new ConcurrentHashMap<>();
  private final AtomicInteger lookups = new AtomicInteger();

  public void put(UserId user, Device... live) {
    put(user, new DeviceLookup(List.of(live), List.of(), false));
  }

  public void put(UserId user, DeviceLookup lookup) {
    users.put(user, lookup);
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
