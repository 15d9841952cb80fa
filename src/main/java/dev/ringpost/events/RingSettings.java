package dev.ringpost.events;

import java.time.Duration;

/**
 * How long calls ring.
 *
 * @param defaultTime {@code ring.default}: for an invite that does not say
 * @param max {@code ring.max}: bound for every invite, from its first reading on
 * @param payloadKey {@code payload.key}: a custom field of this name would collide
 */
public record RingSettings(Duration defaultTime, Duration max, String payloadKey) {

  public RingSettings {
    if (defaultTime.isNegative() || defaultTime.isZero() || defaultTime.compareTo(max) > 0) {
      throw new IllegalArgumentException("ring.default must be above 0s and at most ring.max");
    }
    if (payloadKey.isEmpty() || payloadKey.equals("aps")) {
      throw new IllegalArgumentException("payload.key must be a name other than aps");
    }
  }
}
