/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.tools.topics;

import org.jspecify.annotations.NullMarked;
