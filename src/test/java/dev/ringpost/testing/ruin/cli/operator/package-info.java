/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.cli.operator;

import org.jspecify.annotations.NullMarked;
