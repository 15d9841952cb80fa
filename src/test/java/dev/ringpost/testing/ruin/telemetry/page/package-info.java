/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.telemetry.page;

import org.jspecify.annotations.NullMarked;
