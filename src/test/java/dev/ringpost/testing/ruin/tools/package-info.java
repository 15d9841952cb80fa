/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.tools;

import org.jspecify.annotations.NullMarked;
