package dev.ringpost.delivery;

import dev.ringpost.delivery.DeviceLookup.DeadDevice;
import java.util.List;

/**
 * The devices that an attempt looked at before it ordered pushes, in numbers, so that its verdict
 * can be understood.
 *
 * @param registered the callee's devices, live or dead, of whatever app
 * @param otherApp those of another app than the one that the invite names
 * @param excluded devices that ring over a live socket, by the invite's word or their own
 * @param unreadable the callee's registrations that cannot be read
 * @param dead how many devices that were to ring have a token that is known to be dead
 * @param deadDevices the first of those, at most {@link #MAX_DEAD}
 */
public record Looked(
    int registered,
    int otherApp,
    int excluded,
    int unreadable,
    int dead,
    List<DeadDevice> deadDevices) {

  /** Bound on the dead devices that are named: more than a person has. */
  public static final int MAX_DEAD = 20;

  public Looked {
    deadDevices = List.copyOf(deadDevices.subList(0, Math.min(deadDevices.size(), MAX_DEAD)));
  }
}
