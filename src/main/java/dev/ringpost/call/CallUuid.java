package dev.ringpost.call;

import java.util.UUID;

/**
 * The UUID under which CallKit sees the call. The same on every attempt, so that a repeated push
 * updates the call that already rings instead of starting another.
 */
public record CallUuid(UUID value) {

  /**
   * The namespace of UUIDs made from a call id: UUIDv5 of {@code ringpost.dev} in the DNS
   * namespace. Never to be changed: apps and SIP servers compute the same UUIDs.
   */
  public static final UUID NAMESPACE =
      NameBasedUuid.of(UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "ringpost.dev");

  /** What a call without a UUID of its own gets. */
  public static CallUuid from(CallId callId) {
    return new CallUuid(NameBasedUuid.of(NAMESPACE, callId.value()));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
