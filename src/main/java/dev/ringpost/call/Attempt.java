package dev.ringpost.call;

/**
 * One try at an invite.
 *
 * @param invite what to ring for
 * @param number 1 for the first
 */
public record Attempt(CallInvite invite, int number) {

  public Attempt {
    if (number < 1) {
      throw new IllegalArgumentException("attempts count from 1, not " + number);
    }
  }

  /** The first try at a fresh invite. */
  public static Attempt first(CallInvite invite) {
    return new Attempt(invite, 1);
  }
}
