/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.events.health;

import org.jspecify.annotations.NullMarked;
