/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.apns.payload;

import org.jspecify.annotations.NullMarked;
