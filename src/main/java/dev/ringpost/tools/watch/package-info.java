/** What {@code ringpost watch} does: the verdicts of now, as lines, objects or one screen. */
@NullMarked
package dev.ringpost.tools.watch;

import org.jspecify.annotations.NullMarked;
