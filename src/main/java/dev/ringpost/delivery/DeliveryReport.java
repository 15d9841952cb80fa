package dev.ringpost.delivery;

import java.util.List;

/**
 * Everything that one attempt learned.
 *
 * @param pushes one report for each device that was to ring
 * @param excluded devices that the invite itself leaves out
 * @param dead devices whose token was known to be dead
 * @param behind whether the token view lagged too far to trust an empty list
 */
public record DeliveryReport(List<PushReport> pushes, int excluded, int dead, boolean behind) {

  public DeliveryReport {
    pushes = List.copyOf(pushes);
  }
}
