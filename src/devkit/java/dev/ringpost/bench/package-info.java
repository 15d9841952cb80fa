/**
 * Programs that measure, run by hand. Each compares in one run, so that the machine's moods fall on
 * all sides.
 */
@NullMarked
package dev.ringpost.bench;

import org.jspecify.annotations.NullMarked;
