/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.tools.synthetic;

import org.jspecify.annotations.NullMarked;
