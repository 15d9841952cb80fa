package dev.ringpost.delivery;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.Device;
import java.util.function.BooleanSupplier;

/**
 * The order to ring one device.
 *
 * @param attempt the call and the try
 * @param device the device
 * @param held whether the invite's partition is still ours; asked again at the moment of writing,
 *     from any thread, so it never blocks
 */
public record Ring(Attempt attempt, Device device, BooleanSupplier held) {}
