/** What an attached agent is told. */
@NullMarked
package dev.ringpost.telemetry.spans;

import org.jspecify.annotations.NullMarked;
