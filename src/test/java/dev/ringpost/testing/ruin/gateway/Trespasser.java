package dev.ringpost.testing.ruin.gateway;

import dev.ringpost.testing.ruin.Hall;

/** A class that imports the hall. */
public record Trespasser(Hall hall) {}
