/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.tools.watch;

import org.jspecify.annotations.NullMarked;
