package dev.ringpost.apns.wire;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.NameBasedUuid;
import java.util.UUID;

/**
 * The {@code apns-id}: the same on every attempt to ring a device for a call, so that APNs' support
 * and our results speak of one push. Never to be changed: others compute it too.
 */
public final class PushId {

  /** Between the parts of the name; no id of a user, device or app can hold it by accident. */
  private static final char SEPARATOR = '\0';

  private PushId() {}

  /**
   * UUIDv5 of user, device and bundle id, and {@code alert} for a push that tells of a missed call,
   * in the namespace of the call's UUID.
   */
  public static UUID of(CallInvite invite, Device device) {
    String name =
        invite.callee().value()
            + SEPARATOR
            + device.id().value()
            + SEPARATOR
            + device.app().value()
            + (device.kind() == DeviceKey.Kind.ALERT ? SEPARATOR + device.kind().wire() : "");
    return NameBasedUuid.of(invite.callUuid().value(), name);
  }
}
