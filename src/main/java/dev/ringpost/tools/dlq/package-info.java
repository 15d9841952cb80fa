/**
 * What {@code ringpost dlq} does: dead letters of a stretch of time, in lists and one by one, and
 * their way back to the invites.
 */
@NullMarked
package dev.ringpost.tools.dlq;

import org.jspecify.annotations.NullMarked;
