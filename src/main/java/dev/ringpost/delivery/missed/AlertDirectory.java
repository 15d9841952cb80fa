package dev.ringpost.delivery.missed;

import dev.ringpost.call.UserId;
import dev.ringpost.delivery.DeviceLookup;

/**
 * The port to what users have registered for ordinary notifications. Never blocks, never fails;
 * safe for many threads.
 */
@FunctionalInterface
public interface AlertDirectory {

  /** A user's devices with a token for alerts as of now; a user nobody knows has none. */
  DeviceLookup alerts(UserId user);
}
