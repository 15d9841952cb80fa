package dev.ringpost.delivery;

import dev.ringpost.call.findings.InvalidSettingsException;
import java.time.Duration;

/**
 * The settings of the delivery of invites.
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
    InvalidSettingsException.require(maxDevices >= 1, "fanout.max-devices", "must be at least 1");
  }

  /**
   * The settings of the token fuses, one for each app and environment.
   *
   * @param answers {@code tokens.fuse.answers}: how many of the newest answers count
   * @param maxShare {@code tokens.fuse.max-percent}: the share of them, from 0 to 1, above which it
   *     blows when they call their token dead
   * @param memory {@code tokens.fuse.memory}: for how long an answer counts at most
   */
  public record Fuse(int answers, double maxShare, Duration memory) {
    public Fuse {
      InvalidSettingsException.require(answers >= 1, "tokens.fuse.answers", "must be at least 1");
      InvalidSettingsException.require(
          maxShare > 0 && maxShare <= 1,
          "tokens.fuse.max-percent",
          "must be above 0 and at most 100");
      InvalidSettingsException.require(
          memory.isPositive(), "tokens.fuse.memory", "must be above 0");
    }
  }
}
