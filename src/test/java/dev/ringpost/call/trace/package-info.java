/** Traces that invites come with. */
@NullMarked
package dev.ringpost.call.trace;

import org.jspecify.annotations.NullMarked;
