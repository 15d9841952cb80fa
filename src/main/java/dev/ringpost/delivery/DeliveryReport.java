package dev.ringpost.delivery;

import dev.ringpost.delivery.DeviceLookup.DeadDevice;
import java.util.List;
import java.util.Optional;

/**
 * The report of one attempt: everything that it learned.
 *
 * @param pushes one report for each device that was to ring
 * @param looked what it looked at; empty if nobody was looked up
 * @param behind whether the token view lagged too far to trust an empty list
 * @param skipped why nobody was even looked up
 */
public record DeliveryReport(
    List<PushReport> pushes, Optional<Looked> looked, boolean behind, Optional<Skip> skipped) {

  /** The reason why an attempt ended before it began. */
  public enum Skip {
    /** The deadline had passed while the invite waited for us. */
    LATE,
    /**
     * The deadline had passed when the invite was appended, only just before: its sender's clock is
     * behind, or it was sent too late. No wait of ours is to blame.
     */
    CLOCK_SKEW,
    /** The call had ended. */
    ENDED,
    /** This worker has handled the same call of the same callee. */
    REPEAT,
    /** Too many invites for the callee came within a short time. */
    CALLEE_FLOODED,
    /** Too many invites from the caller came within a short time. */
    CALLER_FLOODED
  }

  /**
   * The devices that an attempt looked at before it ordered pushes, in numbers, so that its verdict
   * can be understood.
   *
   * @param registered the callee's devices, live or dead, of whatever app
   * @param otherApp those of another app than the one that the invite names
   * @param otherUser registrations for the invite's app that are none of those: their token counts
   *     elsewhere, see {@link DeviceLookup#handedOn}
   * @param excluded devices that ring over a live socket, by the invite's word or their own
   * @param unreadable the callee's registrations that cannot be read
   * @param dead how many devices that were to ring have a token that is known to be dead
   * @param deadDevices the first of those, at most {@link #MAX_DEAD}
   */
  public record Looked(
      int registered,
      int otherApp,
      int otherUser,
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

  public DeliveryReport {
    pushes = List.copyOf(pushes);
  }

  /** The callee's devices were looked up. */
  public DeliveryReport(List<PushReport> pushes, Looked looked, boolean behind) {
    this(pushes, Optional.of(looked), behind, Optional.empty());
  }

  /** Nobody was looked up. */
  public static DeliveryReport skipped(Skip why) {
    return new DeliveryReport(List.of(), Optional.empty(), false, Optional.of(why));
  }

  /** Nothing is known: the record could not be read, or a fault of ours came between. */
  public static DeliveryReport nothing() {
    return new DeliveryReport(List.of(), Optional.empty(), false, Optional.empty());
  }

  /** How many devices ring over a live socket. */
  public int excluded() {
    return looked.map(Looked::excluded).orElse(0);
  }

  /** How many devices that were to ring have a token that is known to be dead. */
  public int dead() {
    return looked.map(Looked::dead).orElse(0);
  }
}
