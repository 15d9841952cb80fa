/**
 * Snapshots of what a view holds, on a disk: sealed files, what they begin with, and whether one is
 * still true of its topic. It knows neither Kafka nor the table.
 */
@NullMarked
package dev.ringpost.directory.snapshot;

import org.jspecify.annotations.NullMarked;
