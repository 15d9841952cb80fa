package dev.ringpost.events.health;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.TokenDigest;
import java.time.Instant;

/**
 * The hearing of a device: the run of calls in a row that APNs accepted a push for and that it did
 * not ring for.
 *
 * @param token the token that the pushes were sent to
 * @param app for which app
 * @param environment in which environment it is registered
 * @param deaf whether the run is long enough to call the device deaf
 * @param unrungCalls the calls of the run; 0 if the device rings again
 * @param since when APNs accepted the first of them, or when the device rang again
 * @param at when APNs accepted the last of them, or when the device rang again
 */
public record DeviceHealth(
    TokenDigest token,
    BundleId app,
    Environment environment,
    boolean deaf,
    int unrungCalls,
    Instant since,
    Instant at) {

  /** A device that rang, after it had been called deaf. */
  public DeviceHealth rangAgain(Instant when) {
    return new DeviceHealth(token, app, environment, false, 0, when, when);
  }

  /** Whether it speaks of the same registration, as far as a digest can tell. */
  public boolean isOf(TokenDigest otherToken, BundleId otherApp, Environment otherEnvironment) {
    return token.equals(otherToken) && app.equals(otherApp) && environment == otherEnvironment;
  }
}
