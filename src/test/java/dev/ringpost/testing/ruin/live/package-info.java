/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.live;

import org.jspecify.annotations.NullMarked;
