/** The heart, with fakes at every door. */
@NullMarked
package dev.ringpost.delivery;

import org.jspecify.annotations.NullMarked;
