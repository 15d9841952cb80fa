/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.health;

import org.jspecify.annotations.NullMarked;
