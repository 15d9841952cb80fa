/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.call.trace;

import org.jspecify.annotations.NullMarked;
