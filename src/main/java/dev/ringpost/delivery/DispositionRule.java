package dev.ringpost.delivery;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The one decision about an attempt: what the outcomes of its devices mean for the invite. Pure and
 * stateless.
 */
final class DispositionRule {

  /** The meaning of one device's outcome for the whole invite. */
  private enum Standing {
    ACCEPTED,
    UNFINISHED,
    DEAD,
    REFUSED,
    LATE,
    ENDED,
    RINGING,
    LOST
  }

  /** Those of devices that ring, or that no push can reach: without a live token or a route. */
  private static final Set<Standing> NOTHING_LEFT =
      Set.of(Standing.RINGING, Standing.DEAD, Standing.REFUSED);

  private DispositionRule() {}

  /** The decision about an attempt that learned {@code report} by {@code now}. */
  static Disposition decide(
      Attempt attempt, DeliveryReport report, RetryLadder ladder, Instant now) {
    if (report.skipped().isPresent()) {
      return skipped(attempt, report.skipped().get());
    }
    Set<Standing> standings = EnumSet.noneOf(Standing.class);
    report.pushes().forEach(push -> standings.add(standing(push.outcome())));
    // A device that a mistake kept from ringing on an earlier try is neither dead nor forgotten.
    attempt.mistake().ifPresent(_ -> standings.add(Standing.REFUSED));
    if (standings.contains(Standing.LOST)) {
      return new Disposition.Abandoned();
    }
    int accepted = attempt.accepted() + accepted(report);
    Attempt known = attempt.having(mistake(report));
    boolean ended = standings.contains(Standing.ENDED);
    Optional<Disposition.Retry> retry =
        ended ? Optional.empty() : retry(known, report, accepted, ladder, now);
    if (retry.isPresent()) {
      return retry.get();
    }
    if (accepted > 0) {
      return new Disposition.Final(Verdict.ACCEPTED);
    }
    if (ended) {
      return new Disposition.Final(Verdict.ENDED);
    }
    boolean late = attempt.invite().deadline().passedAt(now);
    if (standings.isEmpty()) {
      return new Disposition.Final(late ? Verdict.EXPIRED : nobodyToRing(report));
    }
    if (known.mistake().isPresent()) {
      return new Disposition.DeadLetter(known.mistake().get());
    }
    boolean rings = report.excluded() > 0 || standings.contains(Standing.RINGING);
    if ((rings ? NOTHING_LEFT : EnumSet.of(Standing.DEAD)).containsAll(standings)) {
      // With a device that rings over a live socket, nobody should take a message yet.
      return new Disposition.Final(rings ? Verdict.NOT_NEEDED : Verdict.ALL_DEAD);
    }
    boolean answered = report.pushes().stream().anyMatch(push -> push.answer().isPresent());
    return new Disposition.Final(late && !answered ? Verdict.EXPIRED : Verdict.FAILED);
  }

  private static Disposition skipped(Attempt attempt, DeliveryReport.Skip why) {
    boolean accepted = attempt.accepted() > 0;
    boolean late = why == DeliveryReport.Skip.LATE || why == DeliveryReport.Skip.CLOCK_SKEW;
    if (late && !accepted && attempt.mistake().isPresent()) {
      return new Disposition.DeadLetter(attempt.mistake().get());
    }
    return new Disposition.Final(
        switch (why) {
          case LATE, CLOCK_SKEW -> accepted ? Verdict.ACCEPTED : Verdict.EXPIRED;
          case ENDED -> accepted ? Verdict.ACCEPTED : Verdict.ENDED;
          case REPEAT -> Verdict.DUPLICATE;
          case CALLEE_FLOODED, CALLER_FLOODED -> Verdict.FAILED;
        });
  }

  /** The next try, if there is something left to try and time for it. */
  private static Optional<Disposition.Retry> retry(
      Attempt attempt, DeliveryReport report, int accepted, RetryLadder ladder, Instant now) {
    Set<DeviceId> unfinished = unfinished(report);
    boolean nobodyKnown = report.pushes().isEmpty() && report.excluded() == 0 && report.dead() == 0;
    if (unfinished.isEmpty() && !(nobodyKnown && report.behind())) {
      return Optional.empty();
    }
    Optional<Set<DeviceId>> left =
        unfinished.isEmpty() ? attempt.devices() : Optional.of(unfinished);
    return ladder
        .after(attempt.number(), now, attempt.invite().deadline())
        .map(when -> new Disposition.Retry(attempt.next(left, accepted), when));
  }

  private static int accepted(DeliveryReport report) {
    int accepted = 0;
    for (PushReport push : report.pushes()) {
      accepted += push.outcome() instanceof Accepted ? 1 : 0;
    }
    return accepted;
  }

  private static Set<DeviceId> unfinished(DeliveryReport report) {
    Set<DeviceId> unfinished = new HashSet<>();
    for (PushReport push : report.pushes()) {
      if (standing(push.outcome()) == Standing.UNFINISHED) {
        unfinished.add(push.device().id());
      }
    }
    return Set.copyOf(unfinished);
  }

  private static Verdict nobodyToRing(DeliveryReport report) {
    if (report.excluded() > 0) {
      return Verdict.NOT_NEEDED;
    }
    if (report.dead() > 0) {
      return Verdict.ALL_DEAD;
    }
    return report.behind() ? Verdict.FAILED : Verdict.NO_DEVICES;
  }

  /** Whether an outcome means that the device's token is dead, as far as this call goes. */
  static boolean isDead(PushOutcome outcome) {
    return standing(outcome) == Standing.DEAD;
  }

  private static Standing standing(PushOutcome outcome) {
    return switch (outcome) {
      case Accepted() -> Standing.ACCEPTED;
      case Unregistered _ -> Standing.DEAD;
      case TryAgain _ -> Standing.UNFINISHED;
      case Refused(PushOutcome.RejectionReason refusal, String _) ->
          refusal == PushOutcome.RejectionReason.BAD_DEVICE_TOKEN
              ? Standing.DEAD
              : Standing.REFUSED;
      case NotSent(PushOutcome.NotSentReason why) ->
          switch (why) {
            case LATE -> Standing.LATE;
            case ENDED -> Standing.ENDED;
            case RINGING -> Standing.RINGING;
            case LOST -> Standing.LOST;
          };
    };
  }

  private static Optional<Flaw> mistake(DeliveryReport report) {
    for (PushReport push : report.pushes()) {
      Optional<Flaw> mistake = mistake(push.outcome());
      if (mistake.isPresent()) {
        return mistake;
      }
    }
    return Optional.empty();
  }

  private static Optional<Flaw> mistake(PushOutcome outcome) {
    return outcome instanceof Refused(PushOutcome.RejectionReason refusal, String detail)
        ? refusal.mistake().map(reason -> new Flaw(reason, detail))
        : Optional.empty();
  }
}
