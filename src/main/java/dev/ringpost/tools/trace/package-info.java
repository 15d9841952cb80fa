/** What {@code trace} does: one timeline of a call from all topics, and its likely cause. */
@NullMarked
package dev.ringpost.tools.trace;

import org.jspecify.annotations.NullMarked;
