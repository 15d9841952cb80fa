/** A room of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.admin;

import org.jspecify.annotations.NullMarked;
