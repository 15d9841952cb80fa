package dev.ringpost.testing.ruin.telemetry.spans;

import dev.ringpost.testing.ruin.Hall;

/** A class that imports the hall. */
public record Trespasser(Hall hall) {}
