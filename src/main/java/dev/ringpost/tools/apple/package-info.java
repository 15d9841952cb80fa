/**
 * What {@code ringpost apple} does: Apple's own counts of what became of the pushes, from its data
 * export, beside what workers say that APNs accepted.
 */
@NullMarked
package dev.ringpost.tools.apple;

import org.jspecify.annotations.NullMarked;
