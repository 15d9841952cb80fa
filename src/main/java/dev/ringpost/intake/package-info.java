/** The front door: owns the consumer of invites, and says which offsets may be committed. */
@NullMarked
package dev.ringpost.intake;

import org.jspecify.annotations.NullMarked;
