package dev.ringpost.delivery;

import dev.ringpost.call.Device;
import java.time.Instant;

/**
 * A device whose token APNs has declared dead.
 *
 * @param since when the token was dead at the latest
 */
public record DeadDevice(Device device, Instant since) {}
