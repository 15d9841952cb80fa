/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.cli.logging;

import org.jspecify.annotations.NullMarked;
