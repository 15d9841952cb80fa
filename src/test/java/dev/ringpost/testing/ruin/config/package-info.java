/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.config;

import org.jspecify.annotations.NullMarked;
