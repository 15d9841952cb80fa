/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.delivery.rings;

import org.jspecify.annotations.NullMarked;
