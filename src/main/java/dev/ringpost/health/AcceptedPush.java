package dev.ringpost.health;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.TokenDigest;
import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalType;
import dev.ringpost.events.health.DeviceHealth;
import java.time.Duration;
import java.time.Instant;

/**
 * A push that APNs accepted, of one call to one device.
 *
 * @param call the call
 * @param device whose user is named as in results
 * @param invite the place of the invite's record
 * @param token the digest of the token that it was sent to
 * @param app for which app
 * @param environment in which environment the device is registered
 * @param invitedAt when the caller asked
 * @param acceptedAt when the attempt was decided
 * @param expiresAt when the ringing is over
 * @param recordedAt the timestamp of the result
 */
record AcceptedPush(
    CallId call,
    DeviceKey device,
    String invite,
    TokenDigest token,
    BundleId app,
    Environment environment,
    Instant invitedAt,
    Instant acceptedAt,
    Instant expiresAt,
    Instant recordedAt) {

  /** How long a phone may take to ring; a call that is over sooner says nothing of it. */
  static final Duration TIME_TO_RING = Duration.ofSeconds(10);

  /** How far an invite may be later than a signal that concerns it, as for workers. */
  private static final Duration CLOCK_ALLOWANCE = Duration.ofSeconds(2);

  /** Whether a signal is about this call of this callee. */
  boolean isMeant(Signal signal, String callee) {
    return signal.call().equals(call)
        && (signal.callee().isEmpty() || callee.equals(device.user().value()))
        && !invitedAt.isAfter(signal.at().plus(CLOCK_ALLOWANCE));
  }

  /** Whether a signal tells that this device rang, for {@link #isMeant}. */
  boolean rangBy(Signal signal) {
    return signal.type() == SignalType.RINGING
        && signal.device().filter(device.device()::equals).isPresent();
  }

  /**
   * Whether a signal keeps the call from telling anything of the device, for {@link #isMeant}: the
   * call ended before the device could ring, or was answered. An answer names no device, so it may
   * have been given on this one, whose app tells of no ringing.
   */
  boolean isUntoldBy(Signal signal) {
    return signal.type() == SignalType.ANSWERED
        || (signal.type().endsTheCall() && signal.at().isBefore(acceptedAt.plus(TIME_TO_RING)));
  }

  /** Whether the ringing was over before the device could begin. */
  boolean isTooShort() {
    return expiresAt.isBefore(acceptedAt.plus(TIME_TO_RING));
  }

  /** Whether a record of health is about the same registration. */
  boolean isOf(DeviceHealth known) {
    return known.isOf(token, app, environment);
  }
}
