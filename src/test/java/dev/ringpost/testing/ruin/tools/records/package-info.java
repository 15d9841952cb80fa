/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.tools.records;

import org.jspecify.annotations.NullMarked;
