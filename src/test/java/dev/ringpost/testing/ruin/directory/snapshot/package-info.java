/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.directory.snapshot;

import org.jspecify.annotations.NullMarked;
