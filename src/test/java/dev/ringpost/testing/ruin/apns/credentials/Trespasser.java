package dev.ringpost.testing.ruin.apns.credentials;

import dev.ringpost.testing.ruin.Hall;

/** Imports the hall. */
public record Trespasser(Hall hall) {}
