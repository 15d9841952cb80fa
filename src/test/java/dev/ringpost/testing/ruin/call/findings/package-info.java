/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.call.findings;

import org.jspecify.annotations.NullMarked;
