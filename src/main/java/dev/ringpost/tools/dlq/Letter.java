package dev.ringpost.tools.dlq;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A dead letter, as its headers and its value say.
 *
 * @param envelope the record itself
 * @param invite where the invite stood first
 * @param stage where it went wrong: decode or deliver
 * @param reason the code of the reason
 * @param detail words for a person
 * @param read the invite as a worker reads it; empty where none accepts it
 * @param call the call, where it can be read
 * @param callee whom it was for; empty where it cannot be read
 * @param app the app that it names; empty for none
 * @param until when the call is over at the latest
 * @param replayOf the letter that this one is a failed replay of; empty for none
 * @param cut whether the value was left out, for it was too large for the topic
 */
record Letter(
    Envelope envelope,
    InvitePlace invite,
    String stage,
    String reason,
    String detail,
    Optional<CallInvite> read,
    Optional<CallId> call,
    String callee,
    String app,
    Instant until,
    String replayOf,
    boolean cut) {

  /** A place by topic, partition and offset. */
  record InvitePlace(String topic, int partition, long offset) {
    @Override
    public String toString() {
      return topic + "-" + partition + "@" + offset;
    }
  }

  Origin place() {
    return envelope.origin();
  }

  /** The same without the record and the invite, for whoever tells of many. */
  Letter outline() {
    return new Letter(
        new Envelope(place(), null, null, List.of()),
        invite,
        stage,
        reason,
        detail,
        Optional.empty(),
        call,
        callee,
        app,
        until,
        replayOf,
        cut);
  }

  /** Whether its call is over. */
  boolean isOver(Instant now) {
    return !now.isBefore(until);
  }
}
