/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.tools.plan;

import org.jspecify.annotations.NullMarked;
