package dev.ringpost.delivery;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.DeviceId;
import java.time.Instant;
import java.util.Optional;

/**
 * The states of calls, as call servers have reported them since they sent the invites. Asked from
 * many threads, also at the moment of writing a push, so it never blocks.
 */
public interface CallStates {

  /** Whether the call has ended for this callee: nothing more may be pushed. */
  boolean ended(CallInvite invite);

  /**
   * A device that told that it rings.
   *
   * @param readAt when that was read
   */
  record Ringing(DeviceId device, Instant readAt) {}

  /** Whether any call server has told of ringing at all. */
  boolean ringingIsTold();

  /** The device of the callee that told of ringing first, or one of the first. */
  Optional<Ringing> ringing(CallInvite invite);

  /** Whether the device is awake and rings: it must not be pushed again. */
  boolean rings(CallInvite invite, DeviceId device);

  /**
   * Notes that a push was written and not refused, so that the time until the device rings can be
   * told.
   */
  void written(CallInvite invite, DeviceId device, Instant at);
}
