package dev.ringpost.testing.ruin.intake;

/** A class that needs the egg. */
public record Chicken(Egg from) {}
