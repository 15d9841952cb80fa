/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.directory.table;

import org.jspecify.annotations.NullMarked;
