/** The hall: where the rooms are put together. */
@NullMarked
package dev.ringpost;

import org.jspecify.annotations.NullMarked;
