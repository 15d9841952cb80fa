package dev.ringpost.testing.ruin.tools.apple;

import dev.ringpost.testing.ruin.Hall;

/** A class that imports the hall. */
public record Trespasser(Hall hall) {}
