package dev.ringpost.delivery;

import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import java.time.Instant;

/**
 * The word that a device's token is dead.
 *
 * @param origin the invite that found it out
 * @param user whose device
 * @param device the device with its token, app and environment
 * @param invalidAt since when: APNs' time, but never later than the writing of the push that showed
 *     it
 * @param reason Apple's reason, or a word of ours where there was none; for people
 */
public record TokenInvalidation(
    Origin origin, UserId user, Device device, Instant invalidAt, String reason) {}
