/**
 * Knows which phones a user has: two compacted topics, read whole by every worker and kept in
 * memory.
 */
@NullMarked
package dev.ringpost.directory;

import org.jspecify.annotations.NullMarked;
