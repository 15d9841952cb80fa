package dev.ringpost.delivery;

import java.util.Optional;

/**
 * A guard that is asked, at the moment of writing, whether a push may still be written. It is asked
 * on any thread, so it never blocks. It does not judge the deadline.
 */
@FunctionalInterface
public interface WriteGuard {

  /** Why not, or empty if the push may be written. */
  Optional<PushOutcome.NotSentReason> refusal();
}
