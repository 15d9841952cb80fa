package dev.ringpost.apns.payload;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Caller;
import java.time.Instant;
import java.util.Optional;

/**
 * The facts that one payload is made of.
 *
 * @param sentAt when it is written
 * @param shown what it may say of the caller
 */
record CallFacts(Attempt attempt, Instant sentAt, CallerShown shown) {

  CallInvite invite() {
    return attempt.invite();
  }

  /** The caller, if the payload may name them. */
  Optional<Caller> caller() {
    return switch (shown) {
      case FULL -> Optional.of(invite().caller());
      case NONE -> Optional.empty();
    };
  }
}
