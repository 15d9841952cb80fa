package dev.ringpost.apns.wire;

import dev.ringpost.delivery.PushOutcome;

/**
 * The exception that keeps a push from being written, thrown at the moment of writing. Pushy then
 * fails that push alone; nothing of it reaches the connection, which stays in use.
 */
public final class PushSuppressedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient PushOutcome outcome;

  public PushSuppressedException(PushOutcome outcome) {
    super("held back at the moment of writing: " + outcome.code(), null, false, false);
    this.outcome = outcome;
  }

  /** What the push comes to. */
  public PushOutcome outcome() {
    return outcome;
  }
}
