package dev.ringpost.testing.ruin.tools.topics;

import dev.ringpost.testing.ruin.Hall;

/** Imports the hall. */
public record Trespasser(Hall hall) {}
