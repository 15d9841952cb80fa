package dev.ringpost.events;

import dev.ringpost.call.findings.InvalidSettingsException;
import java.time.Duration;

/**
 * The settings by which invites are read: how long calls ring, and which field of the payload is
 * ours.
 *
 * @param defaultTime {@code ring.default}: for an invite that does not say
 * @param max {@code ring.max}: bound for every invite, from its first reading on
 * @param payloadKey {@code payload.key}: a custom field of this name would collide
 */
public record RingSettings(Duration defaultTime, Duration max, String payloadKey) {

  public RingSettings {
    InvalidSettingsException.require(
        defaultTime.isPositive() && defaultTime.compareTo(max) <= 0,
        "ring.default",
        "must be above 0s and at most ring.max");
    InvalidSettingsException.require(
        !payloadKey.isEmpty() && !payloadKey.equals("aps"),
        "payload.key",
        "must be a name other than aps");
  }
}
