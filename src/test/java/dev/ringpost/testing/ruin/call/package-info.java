/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.call;

import org.jspecify.annotations.NullMarked;
