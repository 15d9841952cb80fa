package dev.ringpost.delivery.flood;

import dev.ringpost.call.findings.InvalidSettingsException;
import java.time.Duration;

/**
 * The limits on how often somebody is rung. Zero is no limit.
 *
 * @param maxPerCallee {@code ring.max-per-callee}: invites for one callee within a window
 * @param maxPerCaller {@code ring.max-per-caller}: invites from one caller within a window
 * @param window {@code ring.flood-window}: how long an invite counts
 */
public record FloodSettings(int maxPerCallee, int maxPerCaller, Duration window) {

  /** Bound on a limit: each invite that counts is remembered. */
  public static final int MOST = 10_000;

  public FloodSettings {
    requireBounded("ring.max-per-callee", maxPerCallee);
    requireBounded("ring.max-per-caller", maxPerCaller);
    InvalidSettingsException.require(window.isPositive(), "ring.flood-window", "must be above 0");
  }

  private static void requireBounded(String key, int limit) {
    InvalidSettingsException.require(
        limit >= 0 && limit <= MOST, key, "must be 0 for no limit, or at most " + MOST);
  }
}
