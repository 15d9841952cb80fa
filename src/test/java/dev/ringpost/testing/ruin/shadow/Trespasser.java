package dev.ringpost.testing.ruin.shadow;

import dev.ringpost.testing.ruin.Hall;

/** A class that imports the hall. */
public record Trespasser(Hall hall) {}
