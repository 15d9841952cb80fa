/** The spans of deliveries, for whoever attaches an agent of OpenTelemetry's. */
@NullMarked
package dev.ringpost.telemetry.spans;

import org.jspecify.annotations.NullMarked;
