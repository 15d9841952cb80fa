/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.tools.dlq;

import org.jspecify.annotations.NullMarked;
