/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.tools.events;

import org.jspecify.annotations.NullMarked;
