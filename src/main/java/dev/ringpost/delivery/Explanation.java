package dev.ringpost.delivery;

import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.DeliveryReport.Looked;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The reason why an invite ended as it did, where its verdict alone leaves a person wondering.
 *
 * @param reason a code, of a small fixed set
 * @param detail words for a person; no token, no payload, no value of the invite
 */
public record Explanation(String reason, String detail) {

  /** The reason of an invite beyond {@code ring.max-per-callee} or {@code ring.max-per-caller}. */
  static final String FLOOD = "flood";

  /** The explanation of a decision; every {@code failed} has one. */
  public static Optional<Explanation> of(Decision decision) {
    return switch (decision.disposition()) {
      case Disposition.DeadLetter(Flaw flaw) -> Optional.of(of(flaw));
      case Disposition.Final(Verdict verdict) -> of(verdict, decision.report());
      case Disposition.Retry _, Disposition.Abandoned() -> Optional.empty();
    };
  }

  private static Explanation of(Flaw flaw) {
    return new Explanation(flaw.reason().code(), flaw.detail());
  }

  private static Optional<Explanation> of(Verdict verdict, DeliveryReport report) {
    return switch (verdict) {
      case FAILED -> Optional.of(failed(report));
      case NO_DEVICES -> report.looked().flatMap(Explanation::nobody);
      case EXPIRED ->
          report
              .skipped()
              .filter(why -> why == DeliveryReport.Skip.CLOCK_SKEW)
              .map(
                  _ ->
                      new Explanation(
                          "clock_skew",
                          "the deadline had passed when the invite was appended, only just before;"
                              + " its sender's clock is behind, or it was sent too late"));
      case ACCEPTED, RETRYING, NOT_NEEDED, ENDED, ALL_DEAD, DUPLICATE -> Optional.empty();
    };
  }

  /** The device that could have rung says why; one whose token is dead could not. */
  private static Explanation failed(DeliveryReport report) {
    Optional<Explanation> flood = report.skipped().flatMap(Explanation::flood);
    return flood.isPresent() ? flood.get() : ofPushes(report);
  }

  private static Optional<Explanation> flood(DeliveryReport.Skip why) {
    return switch (why) {
      case CALLEE_FLOODED ->
          Optional.of(
              new Explanation(
                  FLOOD, "the callee had more invites within a short time than may ring"));
      case CALLER_FLOODED ->
          Optional.of(
              new Explanation(
                  FLOOD, "the caller sent more invites within a short time than may ring"));
      case LATE, CLOCK_SKEW, ENDED, REPEAT -> Optional.empty();
    };
  }

  private static Explanation ofPushes(DeliveryReport report) {
    return report.pushes().stream()
        .filter(Predicate.not(push -> DispositionRule.isDead(push.outcome())))
        .findFirst()
        .map(Explanation::of)
        .orElseGet(
            () ->
                new Explanation(
                    "view_behind",
                    "the view of registrations was too far behind to say that nobody has a"
                        + " device"));
  }

  private static Explanation of(PushReport push) {
    String code = push.outcome().code();
    String detail = push.outcome().detail();
    return new Explanation(
        code,
        detail.isEmpty()
            ? "the last try at " + push.device().id() + " ended as " + code + "; no time was left"
            : detail);
  }

  private static Optional<Explanation> nobody(Looked looked) {
    if (looked.otherApp() > 0) {
      return Optional.of(
          new Explanation("other_app", "the callee has devices, but none with the invite's app"));
    }
    if (looked.otherUser() > 0) {
      return Optional.of(
          new Explanation(
              "other_user",
              "the callee has registered a device, but another user registered its token later, or"
                  + " too many users have it"));
    }
    if (looked.unreadable() > 0) {
      return Optional.of(
          new Explanation(
              "unreadable_registration",
              "a registration of the callee's cannot be read; a worker's log names its key"));
    }
    return Optional.empty();
  }
}
