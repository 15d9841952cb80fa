package dev.ringpost.testing.ruin.config;

import dev.ringpost.testing.ruin.intake.IntakeSettings;

/** A class that uses what config may use. */
public record ReadsSettings(IntakeSettings settings, IntakeSettings.Kind kind) {}
