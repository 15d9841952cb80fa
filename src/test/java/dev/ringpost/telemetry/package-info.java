@NullMarked
package dev.ringpost.telemetry;

import org.jspecify.annotations.NullMarked;
