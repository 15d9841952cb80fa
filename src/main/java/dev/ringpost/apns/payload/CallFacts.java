package dev.ringpost.apns.payload;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Caller;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The facts that one payload is made of.
 *
 * @param sentAt when it is written
 * @param shown what it may say of the caller
 * @param sealed caller and {@code custom} for the phone alone; they stand nowhere else then
 */
record CallFacts(Attempt attempt, Instant sentAt, CallerShown shown, Optional<String> sealed) {

  CallInvite invite() {
    return attempt.invite();
  }

  /** The app's own fields, if the payload may hold them. */
  Map<String, Object> custom() {
    return sealed.isPresent() ? Map.of() : invite().custom().fields();
  }

  /** The caller, if the payload may name them. */
  Optional<Caller> caller() {
    if (sealed.isPresent()) {
      return Optional.empty();
    }
    return switch (shown) {
      case FULL -> Optional.of(invite().caller());
      case NONE -> Optional.empty();
    };
  }
}
