/** The trace that an invite belongs to, as its sender said it in a header of W3C Trace Context. */
@NullMarked
package dev.ringpost.call.trace;

import org.jspecify.annotations.NullMarked;
