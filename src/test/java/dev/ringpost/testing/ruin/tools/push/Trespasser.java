package dev.ringpost.testing.ruin.tools.push;

import dev.ringpost.testing.ruin.Hall;

/** Imports the hall. */
public record Trespasser(Hall hall) {}
