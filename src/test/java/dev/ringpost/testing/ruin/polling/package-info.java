/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.polling;

import org.jspecify.annotations.NullMarked;
