package dev.ringpost.testing.ruin.intake;

/** Needs the egg. */
public record Chicken(Egg from) {}
