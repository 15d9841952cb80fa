/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.cli;

import org.jspecify.annotations.NullMarked;
