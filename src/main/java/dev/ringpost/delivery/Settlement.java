package dev.ringpost.delivery;

import dev.ringpost.call.Arrival;
import java.time.Instant;

/**
 * A decision with what led to it.
 *
 * @param arrival the record
 * @param report what the attempt learned; empty for a record that could not be read
 * @param disposition what happens now
 * @param decidedAt when it was decided
 */
public record Settlement(
    Arrival arrival, DeliveryReport report, Disposition disposition, Instant decidedAt) {}
