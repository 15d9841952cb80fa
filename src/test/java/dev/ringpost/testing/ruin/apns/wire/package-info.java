/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.apns.wire;

import org.jspecify.annotations.NullMarked;
