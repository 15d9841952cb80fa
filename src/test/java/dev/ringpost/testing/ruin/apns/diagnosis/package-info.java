/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.apns.diagnosis;

import org.jspecify.annotations.NullMarked;
