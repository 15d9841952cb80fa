/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.tools.trace;

import org.jspecify.annotations.NullMarked;
