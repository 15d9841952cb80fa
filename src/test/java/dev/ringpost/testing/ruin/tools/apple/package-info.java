/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.tools.apple;

import org.jspecify.annotations.NullMarked;
