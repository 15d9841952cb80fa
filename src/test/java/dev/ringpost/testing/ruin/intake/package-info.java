/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.intake;

import org.jspecify.annotations.NullMarked;
