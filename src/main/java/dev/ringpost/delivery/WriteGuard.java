package dev.ringpost.delivery;

import java.util.Optional;

/**
 * Says, at the moment of writing, why a push must not be written any more. Asked on any thread, so
 * it never blocks. The deadline is not its business.
 */
@FunctionalInterface
public interface WriteGuard {

  /** Why not, or empty if the push may be written. */
  Optional<PushOutcome.NotSentReason> refusal();
}
