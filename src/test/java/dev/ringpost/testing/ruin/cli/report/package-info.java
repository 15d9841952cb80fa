/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.cli.report;

import org.jspecify.annotations.NullMarked;
