/** The page of all meters. */
@NullMarked
package dev.ringpost.telemetry.page;

import org.jspecify.annotations.NullMarked;
