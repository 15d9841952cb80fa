package dev.ringpost.testing.ruin.unplanned;

import dev.ringpost.testing.SettableClock;
import org.junit.jupiter.api.Tag;

/** What no devkit may be: it needs a class of the tests and a library for tests. */
@Tag("devkit")
public record UsesTests(SettableClock clock) {}
