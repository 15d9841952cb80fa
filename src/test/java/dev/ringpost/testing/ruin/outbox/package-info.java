/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.outbox;

import org.jspecify.annotations.NullMarked;
