package dev.ringpost.delivery;

import java.util.List;
import java.util.Optional;

/**
 * Everything that one attempt learned.
 *
 * @param pushes one report for each device that was to ring
 * @param excluded devices that ring over a live socket, by the invite's word or their own
 * @param dead devices whose token was known to be dead
 * @param behind whether the token view lagged too far to trust an empty list
 * @param skipped why nobody was even looked up
 */
public record DeliveryReport(
    List<PushReport> pushes, int excluded, int dead, boolean behind, Optional<Skip> skipped) {

  /** Why an attempt ended before it began. */
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
    REPEAT
  }

  public DeliveryReport {
    pushes = List.copyOf(pushes);
  }

  /** The callee's devices were looked up. */
  public DeliveryReport(List<PushReport> pushes, int excluded, int dead, boolean behind) {
    this(pushes, excluded, dead, behind, Optional.empty());
  }

  /** Nobody was looked up. */
  static DeliveryReport skipped(Skip why) {
    return new DeliveryReport(List.of(), 0, 0, false, Optional.of(why));
  }

  /** Nothing is known: the record could not be read, or a fault of ours came between. */
  static DeliveryReport nothing() {
    return new DeliveryReport(List.of(), 0, 0, false);
  }
}
