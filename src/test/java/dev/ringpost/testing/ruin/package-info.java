/** A house that breaks every rule, so that each is seen to fail. Nothing here runs. */
@NullMarked
package dev.ringpost.testing.ruin;

import org.jspecify.annotations.NullMarked;
