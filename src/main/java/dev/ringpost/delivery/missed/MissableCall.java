package dev.ringpost.delivery.missed;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.Envelope;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.Verdict;
import java.time.Instant;
import java.util.Optional;

/**
 * A call that is to be looked at once it is over, for it may have been missed then.
 *
 * @param envelope the invite's record
 * @param attempt the try that ended it; {@link Attempt#accepted} counts all pushes that APNs
 *     accepted, so that above zero a phone may have rung
 * @param due when it is looked at if its end is not told before
 */
public record MissableCall(Envelope envelope, Attempt attempt, Instant due) {

  /**
   * The call that a decision is about, if it says the last word and the callee may not know of the
   * call. None where the devices rang by themselves (their apps know), for a repeat (the first one
   * counts), and for what a flood limit refused: else a flood of calls would be one of alerts.
   */
  public static Optional<MissableCall> of(Decision decision) {
    return decision.arrival() instanceof Arrival.Invited(var envelope, var attempt)
            && isLastWordOnAMissableCall(decision)
        ? Optional.of(
            new MissableCall(envelope, withAccepted(attempt, decision.report()), due(decision)))
        : Optional.empty();
  }

  private static boolean isLastWordOnAMissableCall(Decision decision) {
    return switch (decision.disposition()) {
      case Disposition.Final(Verdict verdict) ->
          switch (verdict) {
            case ACCEPTED, ENDED, NO_DEVICES, ALL_DEAD, EXPIRED -> true;
            case FAILED -> !isFlooded(decision.report());
            case RETRYING, NOT_NEEDED, DUPLICATE -> false;
          };
      case Disposition.DeadLetter _ -> true;
      case Disposition.Retry _, Disposition.Abandoned() -> false;
    };
  }

  private static boolean isFlooded(DeliveryReport report) {
    return report
        .skipped()
        .map(
            why ->
                switch (why) {
                  case CALLEE_FLOODED, CALLER_FLOODED -> true;
                  case LATE, CLOCK_SKEW, ENDED, REPEAT -> false;
                })
        .orElse(false);
  }

  private static Attempt withAccepted(Attempt attempt, DeliveryReport report) {
    int accepted = 0;
    for (var push : report.pushes()) {
      accepted += push.outcome() instanceof PushOutcome.Accepted ? 1 : 0;
    }
    return new Attempt(
        attempt.invite(),
        attempt.number(),
        Optional.empty(),
        attempt.accepted() + accepted,
        Optional.empty());
  }

  /** Never before its time is over: until then somebody may take it, on whatever phone. */
  private static Instant due(Decision decision) {
    Instant over =
        decision.arrival() instanceof Arrival.Invited(_, Attempt attempt)
            ? attempt.invite().deadline().at()
            : decision.decidedAt();
    Instant latest = over.isBefore(decision.decidedAt()) ? decision.decidedAt() : over;
    return latest.plus(MissedCallSettings.GRACE);
  }
}
