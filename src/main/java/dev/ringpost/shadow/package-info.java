/**
 * What {@code ringpost run --shadow} does: it judges live invites as a worker does, pushes to
 * nobody, and compares its verdicts with those that stand on the topic of results.
 */
@NullMarked
package dev.ringpost.shadow;

import org.jspecify.annotations.NullMarked;
