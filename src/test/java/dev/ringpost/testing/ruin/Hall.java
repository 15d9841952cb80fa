package dev.ringpost.testing.ruin;

/** The hall, which no room may import. */
public final class Hall {}
