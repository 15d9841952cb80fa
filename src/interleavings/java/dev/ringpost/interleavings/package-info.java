/**
 * Controlled schedules: what threads share is played again and again, and a scheduler of Fray's
 * chooses at each step which of them goes on.
 */
@NullMarked
package dev.ringpost.interleavings;

import org.jspecify.annotations.NullMarked;
