package dev.ringpost.call;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * An invite: one user calls another.
 *
 * @param callId the call
 * @param callUuid the call as CallKit sees it
 * @param callee whose devices ring
 * @param caller who calls
 * @param media audio or video
 * @param invitedAt when the caller asked, never ahead of the first reading
 * @param deadline when the ringing is over
 * @param app the only app whose devices ring, if the invite names one
 * @param excludeDevices devices that ring already over a live socket
 * @param custom the app's own fields
 */
public record CallInvite(
    CallId callId,
    CallUuid callUuid,
    UserId callee,
    Caller caller,
    Media media,
    Instant invitedAt,
    Deadline deadline,
    Optional<BundleId> app,
    Set<DeviceId> excludeDevices,
    CustomFields custom) {

  /** Bound on {@code excludeDevices}: more than a user has. */
  public static final int MAX_EXCLUDED = 256;

  public CallInvite {
    excludeDevices = Set.copyOf(excludeDevices);
    if (excludeDevices.size() > MAX_EXCLUDED) {
      throw new IllegalArgumentException(
          "excludeDevices must name at most " + MAX_EXCLUDED + ", not " + excludeDevices.size());
    }
  }

  /** Whether a device is of the app that is called, or of any if the invite names none. */
  public boolean isForAppOf(Device device) {
    return app.isEmpty() || app.get().equals(device.app());
  }

  /** This invite as if it had come at another time. */
  public CallInvite asInvitedAt(Instant time) {
    return new CallInvite(
        callId, callUuid, callee, caller, media, time, deadline, app, excludeDevices, custom);
  }

  /** This invite with other fields of the app's own. */
  public CallInvite withCustom(CustomFields fields) {
    return new CallInvite(
        callId, callUuid, callee, caller, media, invitedAt, deadline, app, excludeDevices, fields);
  }

  /** This invite with the deadline that was computed at its first reading. */
  public CallInvite withDeadline(Deadline first) {
    return new CallInvite(
        callId, callUuid, callee, caller, media, invitedAt, first, app, excludeDevices, custom);
  }
}
