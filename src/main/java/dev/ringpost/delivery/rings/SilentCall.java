package dev.ringpost.delivery.rings;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Origin;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushReport;
import java.util.HashMap;
import java.util.Map;

/**
 * The order to ring a call's devices once more, should it stay silent. Its invite is whole, for the
 * second push says what the first one did.
 *
 * @param origin where the record of its invite stood first
 * @param attempt the try that ended the invite: its ids are those of its pushes
 * @param accepted the devices that APNs accepted a push for on that try, each with the connection
 *     that carried it
 */
record SilentCall(Origin origin, Attempt attempt, Map<DeviceId, String> accepted) {

  SilentCall {
    accepted = Map.copyOf(accepted);
  }

  /** The order that an accepted call would lead to. */
  static SilentCall of(Origin origin, Attempt attempt, Decision decision) {
    Map<DeviceId, String> accepted = new HashMap<>();
    for (PushReport push : decision.report().pushes()) {
      if (push.outcome() instanceof PushOutcome.Accepted) {
        accepted.put(push.device().id(), push.connection());
      }
    }
    return new SilentCall(origin, attempt, accepted);
  }

  /**
   * Whether a device was pushed for the call. What became of it on an earlier try is not known
   * here: the later ones leave it out, so APNs accepted a push for it or would refuse one again.
   */
  boolean wasPushed(Device device) {
    return accepted.containsKey(device.id())
        || (attempt.number() > 1 && !attempt.addresses(device.id()));
  }

  /** The connection that carried the push to a device; empty text if that is not known. */
  String connection(Device device) {
    return accepted.getOrDefault(device.id(), "");
  }
}
