/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.directory;

import org.jspecify.annotations.NullMarked;
