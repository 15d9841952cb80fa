package dev.ringpost.call;

import java.util.Optional;
import java.util.Set;

/**
 * One try at an invite.
 *
 * @param invite what to ring for
 * @param number 1 for the first
 * @param devices the only devices that are still to ring; empty for all that the callee has
 * @param accepted devices whose push APNs took on earlier tries
 * @param mistake the first mistake, ours or the producer's, that kept a device from ringing on
 *     earlier tries; if the call fails in the end, it is why
 */
public record Attempt(
    CallInvite invite,
    int number,
    Optional<Set<DeviceId>> devices,
    int accepted,
    Optional<Flaw> mistake) {

  public Attempt {
    if (number < 1) {
      throw new IllegalArgumentException("attempts count from 1, not " + number);
    }
    if (accepted < 0) {
      throw new IllegalArgumentException("accepted must not be below 0, but is " + accepted);
    }
    devices = devices.map(Set::copyOf);
  }

  /** The first try at a fresh invite. */
  public static Attempt first(CallInvite invite) {
    return new Attempt(invite, 1, Optional.empty(), 0, Optional.empty());
  }

  /** The try after this one. */
  public Attempt next(Optional<Set<DeviceId>> unfinished, int acceptedSoFar) {
    return new Attempt(invite, number + 1, unfinished, acceptedSoFar, mistake);
  }

  /** This try with a mistake that it met, unless an earlier one was met already. */
  public Attempt having(Optional<Flaw> met) {
    return new Attempt(invite, number, devices, accepted, mistake.or(() -> met));
  }

  /** Whether a device is to ring on this try. */
  public boolean addresses(DeviceId device) {
    return devices.map(some -> some.contains(device)).orElse(true);
  }
}
