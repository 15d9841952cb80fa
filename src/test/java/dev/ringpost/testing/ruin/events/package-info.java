/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.events;

import org.jspecify.annotations.NullMarked;
