package dev.ringpost.delivery.missed;

import dev.ringpost.call.findings.InvalidSettingsException;
import java.time.Duration;

/**
 * The settings of missed calls.
 *
 * @param expiration {@code missed-call.expiration}: how long Apple keeps an alert for a phone that
 *     is away
 * @param maxDevices {@code fanout.max-devices}
 * @param invalidateBad {@code tokens.invalidate-bad}
 */
public record MissedCallSettings(Duration expiration, int maxDevices, boolean invalidateBad) {

  /**
   * For how long after the longest call its signals are remembered, and so how late a call may be
   * looked at: a worker that restarts, or an outage, must not make an answered call a missed one.
   */
  public static final Duration LATEST = Duration.ofMinutes(5);

  /**
   * What a signal may take from the moment when a call is over: the call is looked at then. Not
   * less than signals may be behind before nothing is said of a call: an answer that stood before
   * the end is read by then.
   */
  public static final Duration GRACE = Duration.ofSeconds(2);

  public MissedCallSettings {
    InvalidSettingsException.require(
        expiration.isPositive(), "missed-call.expiration", "must be longer than nothing");
    InvalidSettingsException.require(maxDevices >= 1, "fanout.max-devices", "must be at least 1");
  }
}
