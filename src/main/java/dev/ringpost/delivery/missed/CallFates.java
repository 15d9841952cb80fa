package dev.ringpost.delivery.missed;

import dev.ringpost.call.CallInvite;

/**
 * The port to what became of calls, as call servers have told it. Never blocks, never fails; safe
 * for many threads.
 */
@FunctionalInterface
public interface CallFates {

  /** What is known of a call as of now. */
  Fate of(CallInvite invite);

  /** The fate of a call, as far as it is known. */
  enum Fate {
    /** Somebody took it, whoever of those who were called. */
    ANSWERED,
    /** The callee did not want it, and so knows of it. */
    DECLINED,
    /** Nobody took it: what servers tell would have said so. */
    UNANSWERED,
    /** Nobody has told of an answered call at all, nor that this one's caller gave up. */
    UNTOLD,
    /** What was told last is not read yet: to be asked again. */
    BEHIND,
    /** It is too long ago: what was told of it may be forgotten. */
    FORGOTTEN
  }
}
