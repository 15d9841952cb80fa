package dev.ringpost.testing.ruin.intake;

import java.util.function.Supplier;

/** A class that needs the chicken. */
public record Egg(Supplier<Chicken> of) {}
