/**
 * What {@code ringpost health} does: it finds devices that APNs accepts pushes for and that never
 * ring, while others of the same app do.
 */
@NullMarked
package dev.ringpost.health;

import org.jspecify.annotations.NullMarked;
