package dev.ringpost.delivery;

import dev.ringpost.call.Device;
import java.time.Instant;
import java.util.List;

/**
 * The devices of a user, as far as they are known at one moment.
 *
 * @param live those with a live token, newest registration first
 * @param dead those whose token APNs has declared dead
 * @param handedOn those that the user has registered, and whose token counts elsewhere: another
 *     user registered it later, or too many users have it
 * @param unreadable how many of the user's registrations cannot be read, so that they give no
 *     device; a bounded memory, for people who wonder
 * @param behind whether the view lags so far that a missing device means nothing
 */
public record DeviceLookup(
    List<Device> live,
    List<DeadDevice> dead,
    List<Device> handedOn,
    int unreadable,
    boolean behind) {

  public DeviceLookup {
    live = List.copyOf(live);
    dead = List.copyOf(dead);
    handedOn = List.copyOf(handedOn);
  }

  /** All registrations could be read, and their tokens are nobody else's. */
  public DeviceLookup(List<Device> live, List<DeadDevice> dead, boolean behind) {
    this(live, dead, List.of(), 0, behind);
  }

  /**
   * A device whose token APNs has declared dead.
   *
   * @param since when the token was dead at the latest
   */
  public record DeadDevice(Device device, Instant since) {}
}
