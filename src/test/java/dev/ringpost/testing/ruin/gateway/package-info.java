/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.gateway;

import org.jspecify.annotations.NullMarked;
