package dev.ringpost.delivery;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.TokenGone;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Decides once, purely, what an attempt means for its invite. The only place that looks into a
 * {@link PushOutcome}.
 */
final class DispositionRule {

  /** What one device's outcome means for the whole invite. */
  private enum Standing {
    ACCEPTED,
    UNFINISHED,
    DEAD,
    REFUSED,
    LATE,
    ENDED,
    LOST
  }

  private DispositionRule() {}

  /** The decision about an attempt that learned {@code report} by {@code now}. */
  static Disposition decide(Attempt attempt, DeliveryReport report, Instant now) {
    Set<Standing> standings = EnumSet.noneOf(Standing.class);
    report.pushes().forEach(push -> standings.add(standing(push.outcome())));

    if (standings.contains(Standing.LOST)) {
      return new Disposition.Abandoned();
    }
    if (standings.contains(Standing.ACCEPTED)) {
      return new Disposition.Settled(Verdict.ACCEPTED);
    }
    if (standings.contains(Standing.ENDED)) {
      return new Disposition.Settled(Verdict.ENDED);
    }
    boolean late = attempt.invite().deadline().passedAt(now);
    if (standings.isEmpty()) {
      return new Disposition.Settled(late ? Verdict.EXPIRED : nobodyToRing(report));
    }
    if (EnumSet.of(Standing.DEAD).containsAll(standings)) {
      // With a device that rings over a live socket, nobody should take a message yet.
      return new Disposition.Settled(report.excluded() > 0 ? Verdict.NOT_NEEDED : Verdict.ALL_DEAD);
    }
    Optional<Flaw> mistake =
        report.pushes().stream().flatMap(push -> mistake(push.outcome()).stream()).findFirst();
    if (mistake.isPresent()) {
      return new Disposition.DeadLetter(mistake.get());
    }
    boolean answered = report.pushes().stream().anyMatch(push -> push.answer().isPresent());
    return new Disposition.Settled(late && !answered ? Verdict.EXPIRED : Verdict.FAILED);
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

  private static Standing standing(PushOutcome outcome) {
    return switch (outcome) {
      case Accepted() -> Standing.ACCEPTED;
      case TokenGone _ -> Standing.DEAD;
      case TryAgain _ -> Standing.UNFINISHED;
      case Refused(PushOutcome.Refusal refusal, String _) ->
          refusal == PushOutcome.Refusal.BAD_DEVICE_TOKEN ? Standing.DEAD : Standing.REFUSED;
      case NotSent(PushOutcome.Why why) ->
          switch (why) {
            case LATE -> Standing.LATE;
            case ENDED -> Standing.ENDED;
            case LOST -> Standing.LOST;
          };
    };
  }

  private static Optional<Flaw> mistake(PushOutcome outcome) {
    return outcome instanceof Refused(PushOutcome.Refusal refusal, String detail)
        ? refusal.mistake().map(reason -> new Flaw(reason, detail))
        : Optional.empty();
  }
}
