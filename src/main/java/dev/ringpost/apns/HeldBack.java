package dev.ringpost.apns;

import dev.ringpost.delivery.PushOutcome;

/**
 * Thrown at the moment of writing to keep a push from being written. Pushy then fails that push
 * alone; nothing of it reaches the connection, which stays in use.
 */
final class HeldBack extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient PushOutcome outcome;

  HeldBack(PushOutcome outcome) {
    super("held back at the moment of writing: " + outcome.code(), null, false, false);
    this.outcome = outcome;
  }

  /** What the push comes to. */
  PushOutcome outcome() {
    return outcome;
  }
}
