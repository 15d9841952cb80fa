package dev.ringpost.call;

import java.time.Instant;

/**
 * A device as it was last registered.
 *
 * @param id the installation
 * @param token what APNs knows it by
 * @param app the app that is installed
 * @param environment where the token is valid
 * @param registeredAt when the app got the token, never after the record's timestamp
 */
public record Device(
    DeviceId id, VoipToken token, BundleId app, Environment environment, Instant registeredAt) {}
