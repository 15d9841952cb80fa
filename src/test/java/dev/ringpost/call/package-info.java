/** The vocabulary's bounds, vectors and silence. */
@NullMarked
package dev.ringpost.call;

import org.jspecify.annotations.NullMarked;
