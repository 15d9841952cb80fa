package dev.ringpost.health;

import dev.ringpost.call.DeviceKey;
import dev.ringpost.events.health.DeviceHealth;
import java.util.Optional;

/** The port for what is known of devices. */
@FunctionalInterface
interface HealthOutlet {

  /**
   * Stores what is known of a device, some time.
   *
   * @param health empty if there is nothing to be known any more
   */
  void write(DeviceKey device, Optional<DeviceHealth> health);
}
