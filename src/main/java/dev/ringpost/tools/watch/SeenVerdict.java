package dev.ringpost.tools.watch;

import dev.ringpost.delivery.rings.RingVerdict;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * A verdict as a result tells it, with digests in place of ids. Its texts are printable ASCII.
 *
 * @param invite the place of the invite's record
 * @param call the call's digest, as on the live page
 * @param callee the callee's digest; empty if the result names none
 * @param attempt the number of the try
 * @param last whether no other try follows
 * @param verdict the word
 * @param suggest the advice to the call server
 * @param reason a code; may be empty
 * @param accepted devices that APNs accepted a push for
 * @param devices devices that were tried
 * @param millis from the caller's asking to the verdict, or from the push to the ringing; empty if
 *     the result does not say
 * @param at when it was decided
 */
public record SeenVerdict(
    String invite,
    String call,
    String callee,
    int attempt,
    boolean last,
    String verdict,
    String suggest,
    String reason,
    int accepted,
    int devices,
    OptionalLong millis,
    Instant at) {

  /** Whether it says if a phone rang, and not what APNs said. */
  boolean isSecond() {
    return verdict.equals(RingVerdict.Rang.WIRE) || verdict.equals(RingVerdict.Silent.WIRE);
  }

  /** Whether it ends an invite: each has one such verdict. */
  boolean settles() {
    return last && !isSecond();
  }
}
