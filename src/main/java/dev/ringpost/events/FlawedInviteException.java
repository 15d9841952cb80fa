package dev.ringpost.events;

import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Flaw;

/**
 * The exception for a record that turns out, while it is read, not to be an invite; it never leaves
 * the decoder.
 */
public final class FlawedInviteException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Flaw flaw;

  FlawedInviteException(DeadLetterReason reason, String detail) {
    super(detail, null, false, false);
    this.flaw = new Flaw(reason, detail);
  }

  Flaw flaw() {
    return flaw;
  }
}
