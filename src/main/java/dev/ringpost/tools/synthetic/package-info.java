/** What {@code ringpost synthetic} does: a real call to a test phone, and what came of it. */
@NullMarked
package dev.ringpost.tools.synthetic;

import org.jspecify.annotations.NullMarked;
