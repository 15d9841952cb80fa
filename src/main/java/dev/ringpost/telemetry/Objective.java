package dev.ringpost.telemetry;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.DeliveryReport.Skip;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Ringpost's objective: APNs has taken a push for an invite with a live device within {@link
 * #WITHIN} of the invite's append. Each invite is judged once, at its first attempt, so that the
 * judgement needs no memory; one that only a second attempt got through in time counts as missed.
 */
final class Objective {

  /** From the append of an invite to APNs' answer. */
  static final Duration WITHIN = Duration.ofSeconds(2);

  /** How much of it is Apple's: a push that was handed over later is late by our own fault. */
  static final Duration APPLES_SHARE = Duration.ofSeconds(1);

  /** The end of an invite, as the objective counts it. */
  enum End {
    KEPT,
    MISSED,
    /** Apple answered late, not at all, with 5xx or 429, or its 5xx keep pushes away from it. */
    APPLE,
    /**
     * APNs called the tokens of all its devices bad: no phone could ring. For one call it is the
     * registrar's mistake, for many a wrong environment or app; so they are counted apart.
     */
    REFUSED
  }

  private static final String BAD_DEVICE_TOKEN = "BadDeviceToken";
  private static final PushOutcome ENDED = new PushOutcome.NotSent(NotSentReason.ENDED);

  private Objective() {}

  /**
   * Empty if nothing was promised: no device, all are dead, the call was over before we were late,
   * or it is not the first attempt.
   */
  static Optional<End> judge(Decision decision, Arrival.Invited arrival) {
    DeliveryReport report = decision.report();
    Attempt attempt = arrival.attempt();
    if (attempt.number() > 1 || decision.disposition() instanceof Disposition.Abandoned) {
      return Optional.empty();
    }
    Instant appended = arrival.envelope().origin().timestamp();
    Instant ordered = orderedAt(decision);
    boolean late = ordered.isAfter(appended.plus(WITHIN));
    if (report.skipped().isPresent()) {
      return report.skipped().flatMap(why -> skipped(why, late));
    }
    Instant inTime = appended.plus(APPLES_SHARE);
    boolean orderedInTime = !ordered.isAfter(inTime);
    boolean live = false;
    boolean apples = false;
    for (PushReport push : report.pushes()) {
      if (!isLive(push)) {
        continue;
      }
      if (inTime(push, appended)) {
        return Optional.of(End.KEPT);
      }
      live = true;
      apples |= isApples(push, inTime, orderedInTime);
    }
    if (!live) {
      return withoutLive(report.pushes(), late);
    }
    return Optional.of(apples ? End.APPLE : End.MISSED);
  }

  /** A caller who hung up before we looked did so while we should have been ringing. */
  private static Optional<End> skipped(Skip why, boolean late) {
    return switch (why) {
      case LATE -> Optional.of(End.MISSED);
      case ENDED -> late ? Optional.of(End.MISSED) : Optional.empty();
      case CLOCK_SKEW, REPEAT, CALLEE_FLOODED, CALLER_FLOODED -> Optional.empty();
    };
  }

  private static Optional<End> withoutLive(List<PushReport> pushes, boolean late) {
    if (late && pushes.stream().anyMatch(push -> push.outcome().equals(ENDED))) {
      return Optional.of(End.MISSED);
    }
    return pushes.stream().anyMatch(Objective::isBad) ? Optional.of(End.REFUSED) : Optional.empty();
  }

  /**
   * Also one that the other environment could not be asked about: no phone was seen to be there.
   */
  private static boolean isBad(PushReport push) {
    return switch (push.outcome()) {
      case PushOutcome.Refused(RejectionReason refusal, _) ->
          refusal == RejectionReason.BAD_DEVICE_TOKEN;
      case PushOutcome.TryAgain _ ->
          push.answer().filter(it -> it.reason().equals(BAD_DEVICE_TOKEN)).isPresent();
      case PushOutcome.Accepted _, PushOutcome.Unregistered _, PushOutcome.NotSent _ -> false;
    };
  }

  private static boolean isLive(PushReport push) {
    return switch (push.outcome()) {
      case PushOutcome.Unregistered _ -> false;
      case PushOutcome.Refused _ -> !isBad(push);
      case PushOutcome.NotSent(NotSentReason why) -> why == NotSentReason.LATE;
      case PushOutcome.TryAgain _ -> !isBad(push);
      case PushOutcome.Accepted _ -> true;
    };
  }

  private static boolean inTime(PushReport push, Instant appended) {
    return push.outcome() instanceof PushOutcome.Accepted
        && push.writtenAt()
            .filter(written -> !answeredAt(push, written).isAfter(appended.plus(WITHIN)))
            .isPresent();
  }

  /**
   * After one try the moment itself. After several, not before it: the time from the order on is
   * counted from the first hand-over, which is a little later.
   */
  private static Instant answeredAt(PushReport push, Instant written) {
    return written.plus(push.tries() == 1 ? push.answerTook().orElse(push.took()) : push.took());
  }

  /**
   * All pushes of an attempt are ordered at once, and it is decided upon when the last has ended.
   */
  private static Instant orderedAt(Decision decision) {
    Duration longest = Duration.ZERO;
    for (PushReport push : decision.report().pushes()) {
      longest = push.took().compareTo(longest) > 0 ? push.took() : longest;
    }
    return decision.decidedAt().minus(longest);
  }

  private static boolean isApples(PushReport push, Instant inTime, boolean orderedInTime) {
    boolean handedOverInTime =
        push.writtenAt().filter(written -> !written.isAfter(inTime)).isPresent();
    return switch (push.outcome()) {
      case PushOutcome.Accepted _ -> handedOverInTime;
      case PushOutcome.TryAgain(RetryReason cause) ->
          switch (cause) {
            case NO_ANSWER, SERVER, THROTTLED -> handedOverInTime;
            case SERVER_DOWN -> orderedInTime;
            case CONNECTION, BUSY, CREDENTIAL, ROUTE_DOWN, LEAVING -> false;
          };
      case PushOutcome.Unregistered _, PushOutcome.Refused _, PushOutcome.NotSent _ -> false;
    };
  }
}
