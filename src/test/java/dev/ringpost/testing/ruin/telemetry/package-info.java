/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.telemetry;

import org.jspecify.annotations.NullMarked;
