package dev.ringpost.testing.ruin.intake;

import java.util.function.Supplier;

/** Needs the chicken. */
public record Egg(Supplier<Chicken> of) {}
