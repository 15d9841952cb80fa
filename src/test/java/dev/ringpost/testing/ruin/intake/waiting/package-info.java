/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.intake.waiting;

import org.jspecify.annotations.NullMarked;
