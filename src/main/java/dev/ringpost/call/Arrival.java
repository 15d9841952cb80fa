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

  /**
   * The claim to an arrival's record of whoever has read that. Asked on any thread, again and
   * again; it never blocks.
   */
  @FunctionalInterface
  interface Claim {

    /** The claim of one who shares no partition with anybody and commits nothing. */
    Claim ALONE = () -> true;

    /** Whether the record's partition is still ours. */
    boolean held();

    /**
     * Whether Kafka is known to have stored that the record is settled, so that nobody reads it
     * again. It stays false if the partition was lost before that.
     */
    default boolean committed() {
      return false;
    }
  }
}
