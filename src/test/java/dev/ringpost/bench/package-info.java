/** Programs that measure; they are run by hand and prove nothing. */
@NullMarked
package dev.ringpost.bench;

import org.jspecify.annotations.NullMarked;
