package dev.ringpost.testing.ruin.unplanned;

import dev.ringpost.testing.SettableClock;
import org.junit.jupiter.api.Tag;

/** A record that no devkit may hold: it needs a class of the tests and a library for tests. */
@Tag("devkit")
public record UsesTests(SettableClock clock) {}
