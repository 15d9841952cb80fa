/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.apns.path;

import org.jspecify.annotations.NullMarked;
