package dev.ringpost.testing.ruin.unplanned;

/** A class in a package that is not a room and not null-marked. */
public final class Unmarked {}
