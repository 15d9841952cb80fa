package dev.ringpost.delivery;

import dev.ringpost.call.Arrival;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A decision with what led to it.
 *
 * @param arrival the record
 * @param report what the attempt learned; empty for a record that could not be read
 * @param disposition what happens now
 * @param invalidations tokens that turned out to be dead
 * @param begunAt when its delivery began
 * @param decidedAt when it was decided
 * @param claim to the record, by its newest reading until then
 */
public record Decision(
    Arrival arrival,
    DeliveryReport report,
    Disposition disposition,
    List<TokenInvalidation> invalidations,
    Instant begunAt,
    Instant decidedAt,
    Arrival.Claim claim) {

  public Decision {
    invalidations = List.copyOf(invalidations);
  }

  /**
   * The pushes that this delivery ordered. The report also has what an earlier delivery had learned
   * before it lost its partition, which was told then.
   */
  public List<PushReport> ownPushes() {
    List<PushReport> own = new ArrayList<>(report.pushes().size());
    for (PushReport push : report.pushes()) {
      if (push.orderedAt().equals(begunAt)) {
        own.add(push);
      }
    }
    return own;
  }

  /** A decision of which nobody asks whether its record is committed. */
  public Decision(
      Arrival arrival,
      DeliveryReport report,
      Disposition disposition,
      List<TokenInvalidation> invalidations,
      Instant begunAt,
      Instant decidedAt) {
    this(arrival, report, disposition, invalidations, begunAt, decidedAt, Arrival.Claim.ALONE);
  }

  /** Such a decision that took no time and shows no token to be dead. */
  public Decision(
      Arrival arrival, DeliveryReport report, Disposition disposition, Instant decidedAt) {
    this(arrival, report, disposition, List.of(), decidedAt, decidedAt);
  }
}
