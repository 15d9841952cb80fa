/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.tools.push;

import org.jspecify.annotations.NullMarked;
