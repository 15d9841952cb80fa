package dev.ringpost.delivery;

import java.time.Duration;

/**
 * How invites are delivered.
 *
 * @param maxDevices {@code fanout.max-devices}: bound on the devices that ring for one invite; the
 *     newest registrations win
 * @param ladder {@code retry.ladder}: when what is unfinished is tried again
 * @param ringMax {@code ring.max}: how long a call can ring, and so how long it is remembered
 * @param invalidateBad {@code tokens.invalidate-bad}: whether {@code BadDeviceToken} makes a token
 *     dead; it is also what a token of the other environment earns
 * @param fuse when dead tokens are so many that none is believed
 */
public record DeliverySettings(
    int maxDevices, RetryLadder ladder, Duration ringMax, boolean invalidateBad, Fuse fuse) {

  public DeliverySettings {
    if (maxDevices < 1) {
      throw new IllegalArgumentException("fanout.max-devices must be at least 1");
    }
  }

  /**
   * The fuse of one app in one environment.
   *
   * @param window {@code tokens.fuse.window}: how far back answers count
   * @param minAnswers {@code tokens.fuse.min-answers}: it does not blow before so many
   * @param maxShare {@code tokens.fuse.max-share}: the share of dead tokens, from 0 to 1, above
   *     which it blows
   */
  public record Fuse(Duration window, int minAnswers, double maxShare) {
    public Fuse {
      if (!window.isPositive()) {
        throw new IllegalArgumentException("tokens.fuse.window must be above 0");
      }
      if (minAnswers < 1) {
        throw new IllegalArgumentException("tokens.fuse.min-answers must be at least 1");
      }
      if (!(maxShare > 0 && maxShare <= 1)) {
        throw new IllegalArgumentException("tokens.fuse.max-share must be above 0 and at most 1");
      }
    }
  }
}
