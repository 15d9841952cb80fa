/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.delivery.flood;

import org.jspecify.annotations.NullMarked;
