/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.shadow;

import org.jspecify.annotations.NullMarked;
