/** Measurement: every meter's name, tags, unit and description, and the only Micrometer. */
@NullMarked
package dev.ringpost.telemetry;

import org.jspecify.annotations.NullMarked;
