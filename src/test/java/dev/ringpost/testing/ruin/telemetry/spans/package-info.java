/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.telemetry.spans;

import org.jspecify.annotations.NullMarked;
