/**
 * Programs that measure, run by hand; {@link dev.ringpost.bench.Bench} is the one of the whole
 * worker. Each compares in one run, so that the machine's moods fall on all sides.
 */
@NullMarked
package dev.ringpost.bench;

import org.jspecify.annotations.NullMarked;
