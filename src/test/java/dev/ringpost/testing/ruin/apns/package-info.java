/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.apns;

import org.jspecify.annotations.NullMarked;
