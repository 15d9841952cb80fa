package dev.ringpost.delivery.rings;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CustomFields;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A call that APNs accepted a push of, and that may ring now.
 *
 * @param invite the invite, without the app's own fields: so little is kept of it
 * @param origin where its record stood first
 * @param headers the record's headers, as they came
 * @param attempt the number of the try that ended it
 * @param writtenAt when the first push of that try was written, if one was
 * @param acceptedAt when it was decided
 */
public record AcceptedCall(
    CallInvite invite,
    Origin origin,
    List<RecordHeader> headers,
    int attempt,
    Optional<Instant> writtenAt,
    Instant acceptedAt) {

  public AcceptedCall {
    headers = List.copyOf(headers);
  }

  /** The call that a decision is about, if that says for good that APNs accepted a push of it. */
  static Optional<AcceptedCall> of(Decision decision) {
    if (decision.disposition() instanceof Disposition.Final(Verdict verdict)
        && verdict == Verdict.ACCEPTED
        && decision.arrival() instanceof Arrival.Invited(var envelope, var attempt)) {
      return Optional.of(
          new AcceptedCall(
              attempt.invite().withCustom(CustomFields.NONE),
              envelope.origin(),
              RecordHeader.toldAgain(envelope.headers()),
              attempt.number(),
              decision.report().pushes().stream()
                  .map(PushReport::writtenAt)
                  .flatMap(Optional::stream)
                  .min(Instant::compareTo),
              decision.decidedAt()));
    }
    return Optional.empty();
  }

  /** The record of its invite without key and value: the log names its place and its trace. */
  Envelope envelope() {
    return new Envelope(origin, null, null, headers);
  }
}
