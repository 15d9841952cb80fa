/** Ringpost's guarantees as named objects: each watches what happened and says whether it holds. */
@NullMarked
package dev.ringpost.testing.guarantees;

import org.jspecify.annotations.NullMarked;
