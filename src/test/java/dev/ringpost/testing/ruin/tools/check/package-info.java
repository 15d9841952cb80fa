/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.tools.check;

import org.jspecify.annotations.NullMarked;
