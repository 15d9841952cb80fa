/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.delivery;

import org.jspecify.annotations.NullMarked;
