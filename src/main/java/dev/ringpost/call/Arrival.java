package dev.ringpost.call;

import java.util.Optional;

/** A record from a topic of invites, read once, at the door. */
public sealed interface Arrival {

  /** The record itself. */
  Envelope envelope();

  /** An invite that can ring. */
  record Invited(Envelope envelope, Attempt attempt) implements Arrival {}

  /**
   * A record that is no invite.
   *
   * @param callId the call, if at least that could be read, so that its server can be told
   */
  record Malformed(Envelope envelope, Flaw flaw, Optional<CallId> callId) implements Arrival {}
}
