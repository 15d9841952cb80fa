/** What {@code ringpost push} does: one push to one phone from what was typed. */
@NullMarked
package dev.ringpost.tools.push;

import org.jspecify.annotations.NullMarked;
