package dev.ringpost.testing.ruin.unplanned;

/** Stands in a package that is no room and not null-marked. */
public final class Unmarked {}
