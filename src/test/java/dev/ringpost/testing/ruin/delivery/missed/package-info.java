/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.delivery.missed;

import org.jspecify.annotations.NullMarked;
