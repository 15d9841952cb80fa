/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.config.declaration;

import org.jspecify.annotations.NullMarked;
