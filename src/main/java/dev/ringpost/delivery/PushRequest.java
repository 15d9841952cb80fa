package dev.ringpost.delivery;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.Device;
import java.time.Instant;

/**
 * The order to ring one device.
 *
 * @param attempt the call and the try
 * @param device the device
 * @param guard asked again at the moment of writing
 * @param orderedAt when the delivery began that it belongs to
 */
public record PushRequest(Attempt attempt, Device device, WriteGuard guard, Instant orderedAt) {}
