/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.events.cloud;

import org.jspecify.annotations.NullMarked;
