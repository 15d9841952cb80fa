/** The shadow. */
@NullMarked
package dev.ringpost.shadow;

import org.jspecify.annotations.NullMarked;
