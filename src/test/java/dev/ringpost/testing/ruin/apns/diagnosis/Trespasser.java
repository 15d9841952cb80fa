package dev.ringpost.testing.ruin.apns.diagnosis;

import dev.ringpost.testing.ruin.Hall;

/** Imports the hall. */
public record Trespasser(Hall hall) {}
