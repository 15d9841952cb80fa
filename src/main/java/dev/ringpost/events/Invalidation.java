package dev.ringpost.events;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.TokenDigest;
import java.time.Instant;

/**
 * APNs' word that a token is dead.
 *
 * @param device whose token
 * @param token which token
 * @param app for which app
 * @param environment in which environment
 * @param invalidAt since when
 */
public record Invalidation(
    DeviceId device, TokenDigest token, BundleId app, Environment environment, Instant invalidAt) {

  /**
   * Whether the device is dead by this word: it must speak of the same device, token, app and
   * environment, and the device must not have registered later. An app may well get the same token
   * again.
   */
  public boolean kills(Device registered) {
    return device.equals(registered.id())
        && app.equals(registered.app())
        && environment == registered.environment()
        && !invalidAt.isBefore(registered.registeredAt())
        && token.equals(registered.token().digest());
  }
}
