/** The worst days, in short: what breaks, and what each break costs. */
@NullMarked
package dev.ringpost.drills;

import org.jspecify.annotations.NullMarked;
