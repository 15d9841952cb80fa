package dev.ringpost.delivery.rings;

import java.time.Instant;

/**
 * A second verdict with the call that it is about.
 *
 * @param decidedAt when it was found
 */
public record RingReport(AcceptedCall call, RingVerdict verdict, Instant decidedAt) {}
