package dev.ringpost.apns.wire;

import dev.ringpost.apns.wire.ReasonRow.Fault;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The row of each of APNs' answers, and what the rooms ask of it. An answer whose reason is not in
 * {@link AppleReasons}, or got lost on the way, is judged by its status.
 */
public final class ReasonTable {

  /** The tag of reasons that Apple has not documented. */
  static final String OTHER = "other";

  /** The tag of answers without a reason. */
  public static final String NONE = "none";

  private static final Map<ApnsResponse, ReasonRow> ROWS =
      AppleReasons.ROWS.stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  row -> new ApnsResponse(row.status(), row.reason()), Function.identity()));

  private static final Set<String> REASONS =
      AppleReasons.ROWS.stream().map(ReasonRow::reason).collect(Collectors.toUnmodifiableSet());

  private ReasonTable() {}

  /**
   * The outcome of an answer.
   *
   * @param goneSince APNs' {@code timestamp}, which comes with 410 only
   */
  public static PushOutcome outcome(ApnsResponse answer, Optional<Instant> goneSince) {
    PushOutcome outcome = row(answer).outcome();
    return outcome instanceof Unregistered ? new Unregistered(goneSince) : outcome;
  }

  /** All that an answer means: its own row, or the one of its status. */
  public static ReasonRow row(ApnsResponse answer) {
    ReasonRow own = ROWS.get(answer);
    return own != null ? own : byStatus(answer.status(), answer.reason());
  }

  /** The meaning of an answer for the credential and topic of its push. */
  public enum Proof {
    /** APNs judged the token, which it does last: credential and topic are good. */
    PROVEN,
    /** APNs does not accept the credential, or not for the topic. */
    REFUSED,
    /** Nothing. */
    NONE
  }

  /**
   * What the answer to a push says of its credential and topic. Answers that Apple gives to a
   * malformed request, and those of a server that is not APNs, prove nothing.
   */
  public static Proof proof(ApnsResponse answer) {
    return switch (row(answer).fault()) {
      case NOBODY, TOKEN -> Proof.PROVEN;
      case APP, CREDENTIAL -> Proof.REFUSED;
      case REQUEST, CONNECTION, RATE, APNS, UNKNOWN -> Proof.NONE;
    };
  }

  /** The meaning of an answer for the environment that its token belongs to. */
  public enum TokenWord {
    /** The token is, or was, one of the environment asked. */
    KNOWN,
    /** The token may be one of the other environment. */
    UNKNOWN,
    /** Nothing. */
    NONE
  }

  /** The meaning of an answer for the environment that its token belongs to. */
  public static TokenWord ofToken(ApnsResponse answer) {
    if (answer.accepted() || answer.status() == 410) {
      return TokenWord.KNOWN;
    }
    return answer.status() == 400 && answer.reason().equals("BadDeviceToken")
        ? TokenWord.UNKNOWN
        : TokenWord.NONE;
  }

  /**
   * The meaning of an answer for the connection that brought it, whatever it means for the push.
   */
  public enum OfConnection {
    /** It serves. */
    WELL,
    /** APNs has trouble of its own, behind this connection at least. */
    TROUBLE,
    /** It is of no more use. */
    SPENT,
    /** It does not know the key for this app; for others it may well serve. */
    FOREIGN,
    /** It refuses credential or topic; a new one may not, if they are newer than it. */
    REFUSED,
    /** Nothing. */
    NOTHING
  }

  /** What an answer says of the connection that brought it. */
  public static OfConnection ofConnection(ApnsResponse answer) {
    return row(answer).connection();
  }

  /** Whether the connection that brought the answer must be replaced. */
  public static boolean spoilsConnection(ApnsResponse answer) {
    return switch (row(answer).connection()) {
      case SPENT, FOREIGN -> true;
      case WELL, TROUBLE, REFUSED, NOTHING -> false;
    };
  }

  /** The reason as a tag: one of Apple's documented words, {@link #OTHER} or {@link #NONE}. */
  public static String tag(String reason) {
    if (reason.isEmpty()) {
      return NONE;
    }
    return REASONS.contains(reason) ? reason : OTHER;
  }

  /** Every answer that Apple has documented. */
  public static Set<ApnsResponse> answers() {
    return ROWS.keySet();
  }

  /**
   * The row of an answer that has none of its own. Of a 403 whose reason got lost the connection is
   * of no more use: Pushy renews an expired provider token only if it can read that word, and a
   * connection whose credential is refused has nothing to lose.
   */
  private static ReasonRow byStatus(int status, String reason) {
    if (status == 200) {
      return Objects.requireNonNull(ROWS.get(new ApnsResponse(200, "")));
    }
    if (status >= 500) {
      return AppleReasons.server(status, reason, "APNs is not available.");
    }
    return switch (status) {
      case 403 -> refusedCredential(reason);
      case 404, 405 ->
          unknown(
              status,
              reason,
              Fault.REQUEST,
              RejectionReason.BAD_REQUEST,
              "",
              AppleReasons.SAME_AGAIN);
      case 410 -> AppleReasons.gone(reason, AppleReasons.DEAD);
      case 413 -> AppleReasons.tooLarge(reason);
      case 429 -> AppleReasons.tooManyRequests(reason);
      default ->
          unknown(
              status,
              reason,
              Fault.UNKNOWN,
              RejectionReason.UNKNOWN,
              " for a reason that is not known",
              "Not known, so not repeated: Apple slows down connections with many errors.");
    };
  }

  private static ReasonRow refusedCredential(String reason) {
    boolean lost = reason.isEmpty();
    return AppleReasons.again(
        403,
        reason,
        RetryReason.CREDENTIAL,
        Fault.CREDENTIAL,
        lost ? OfConnection.SPENT : OfConnection.REFUSED,
        "APNs refuses the key or certificate.",
        "Compare it, its id and the team's id with Apple's developer site.",
        lost
            ? "It may be the expired provider token, which Pushy renews only if it can read that"
                + " word."
            : AppleReasons.FILES_MAY_CHANGE);
  }

  private static ReasonRow unknown(
      int status,
      String reason,
      Fault fault,
      RejectionReason rejection,
      String detail,
      String why) {
    return new ReasonRow(
        status,
        reason,
        new Refused(rejection, "APNs answered " + status + detail),
        fault,
        OfConnection.WELL,
        "APNs gave a reason that Apple has not documented.",
        "Look it up at Apple's site.",
        why);
  }
}
