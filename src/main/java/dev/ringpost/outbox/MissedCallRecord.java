package dev.ringpost.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.Attempt;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.RetryLadder;
import dev.ringpost.delivery.missed.MissableCall;
import dev.ringpost.events.RetryHeaders;
import java.time.Instant;
import java.util.Optional;

/**
 * The record of a call that may have been missed: the invite as it came, with the headers of a
 * retry, which say when it is to be looked at and how many pushes APNs accepted. Its key is the
 * call's id, so that what is said of one call is read by one worker.
 */
final class MissedCallRecord {

  private MissedCallRecord() {}

  static Outgoing of(MissableCall call, Instant since) {
    Attempt attempt = call.attempt();
    Attempt next = attempt.next(attempt.devices(), attempt.accepted());
    var body =
        new Outgoing.Body(
            attempt.invite().callId().value().getBytes(UTF_8),
            call.envelope().value(),
            RetryHeaders.of(
                call.envelope(), new Disposition.Retry(next, new RetryLadder.Next(1, call.due()))));
    return new Outgoing(
        since, call.envelope().origin(), "call that may be missed", body, Optional.empty());
  }
}
