package dev.ringpost.apns;

import dev.ringpost.delivery.Answer;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.Cause;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.Refusal;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.TokenGone;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What each of APNs' answers means. The reasons are those of Apple's page "Handling notification
 * responses from APNs"; one that is not here, or that got lost on the way, is judged by its status.
 */
final class ReasonTable {

  /** The tag of reasons that Apple has not documented. */
  static final String OTHER = "other";

  /** The tag of answers without a reason. */
  static final String NONE = "none";

  private static final String WRONG_APP =
      "; check the app's bundle-ids, its credential and the token's bundleId";

  private static final Set<String> GONE = Set.of("Unregistered", "ExpiredToken");

  private static final Map<Answer, PushOutcome> ROWS = rows();
  private static final Set<String> REASONS = reasons();

  /**
   * Answers after which a connection is of no more use: its provider token or its server is. APNs
   * leaves pushes on it unanswered, for more than an hour after too many token updates. A 403 whose
   * reason got lost counts too: Pushy renews an expired provider token only if it can read that
   * word, and a connection whose credential is refused has nothing to lose.
   */
  private static final Set<Answer> SPOILING =
      Set.of(
          new Answer(400, "IdleTimeout"),
          new Answer(403, ""),
          new Answer(403, "ExpiredProviderToken"),
          new Answer(403, "UnrelatedKeyIdInToken"),
          new Answer(429, "TooManyProviderTokenUpdates"),
          new Answer(503, "Shutdown"));

  private ReasonTable() {}

  /**
   * The outcome of an answer.
   *
   * @param goneSince APNs' {@code timestamp}, which comes with 410 only
   */
  static PushOutcome outcome(Answer answer, Optional<Instant> goneSince) {
    if (answer.status() == 410) {
      // by status alone: the reason is lost when the body comes in two frames
      return new TokenGone(goneSince);
    }
    PushOutcome known = ROWS.get(answer);
    return known != null ? known : byStatus(answer.status());
  }

  /** What an answer to a push says of its credential and topic. */
  enum Proof {
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
  static Proof proof(Answer answer) {
    if (knowsToken(answer) || namesNoToken(answer)) {
      return Proof.PROVEN;
    }
    return switch (outcome(answer, Optional.empty())) {
      case TryAgain(Cause cause) -> cause == Cause.CREDENTIAL ? Proof.REFUSED : Proof.NONE;
      case Refused(Refusal refusal, String _) ->
          refusal == Refusal.WRONG_TOPIC ? Proof.REFUSED : Proof.NONE;
      case Accepted _, TokenGone _, NotSent _ -> Proof.NONE;
    };
  }

  /** Whether the token may be one of the other environment. */
  static boolean namesNoToken(Answer answer) {
    return answer.status() == 400 && answer.reason().equals("BadDeviceToken");
  }

  /** Whether the answer says that the token is, or was, one of the environment asked. */
  static boolean knowsToken(Answer answer) {
    return answer.accepted() || answer.status() == 410;
  }

  /** What an answer says of the connection that brought it, whatever it says of the push. */
  enum OfConnection {
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
  static OfConnection ofConnection(Answer answer) {
    if (SPOILING.contains(answer)) {
      return answer.reason().equals("UnrelatedKeyIdInToken")
          ? OfConnection.FOREIGN
          : OfConnection.SPENT;
    }
    if (answer.status() == 403 || answer.reason().equals("TopicDisallowed")) {
      return OfConnection.REFUSED;
    }
    if (answer.status() == 429) {
      return OfConnection.NOTHING;
    }
    return answer.status() >= 500 ? OfConnection.TROUBLE : OfConnection.WELL;
  }

  /** Whether the connection that brought the answer must be replaced. */
  static boolean spoilsConnection(Answer answer) {
    return SPOILING.contains(answer);
  }

  /** The reason as a tag: one of Apple's documented words, {@link #OTHER} or {@link #NONE}. */
  static String tag(String reason) {
    if (reason.isEmpty()) {
      return NONE;
    }
    return REASONS.contains(reason) ? reason : OTHER;
  }

  /** Every reason that Apple has documented. */
  static Set<String> documented() {
    return REASONS;
  }

  /** Every answer that Apple has documented. */
  static Set<Answer> answers() {
    Set<Answer> answers = new HashSet<>(ROWS.keySet());
    answers.add(new Answer(200, ""));
    GONE.forEach(reason -> answers.add(new Answer(410, reason)));
    return answers;
  }

  private static PushOutcome byStatus(int status) {
    if (status == 200) {
      return new Accepted();
    }
    if (status >= 500) {
      return new TryAgain(Cause.SERVER);
    }
    return switch (status) {
      case 403 -> new TryAgain(Cause.CREDENTIAL);
      case 404, 405 -> new Refused(Refusal.BAD_REQUEST, words(status));
      case 413 -> new Refused(Refusal.PAYLOAD_TOO_LARGE, words(status));
      case 429 -> new TryAgain(Cause.THROTTLED);
      default -> new Refused(Refusal.UNKNOWN, words(status) + " for a reason that is not known");
    };
  }

  private static Map<Answer, PushOutcome> rows() {
    Map<Answer, PushOutcome> rows = new HashMap<>();
    refused(rows, Refusal.BAD_DEVICE_TOKEN, "", 400, "BadDeviceToken");
    refused(
        rows,
        Refusal.WRONG_TOPIC,
        WRONG_APP,
        400,
        "BadTopic",
        "DeviceTokenNotForTopic",
        "MissingTopic",
        "TopicDisallowed");
    refused(
        rows,
        Refusal.BAD_REQUEST,
        "",
        400,
        "BadCollapseId",
        "BadExpirationDate",
        "BadMessageId",
        "BadPriority",
        "DuplicateHeaders",
        "InvalidPushType",
        "MissingDeviceToken",
        "PayloadEmpty");
    refused(rows, Refusal.BAD_REQUEST, "", 404, "BadPath");
    refused(rows, Refusal.BAD_REQUEST, "", 405, "MethodNotAllowed");
    refused(rows, Refusal.PAYLOAD_TOO_LARGE, "", 413, "PayloadTooLarge");
    again(rows, Cause.CONNECTION, 400, "IdleTimeout");
    again(
        rows,
        Cause.CREDENTIAL,
        403,
        "BadCertificate",
        "BadCertificateEnvironment",
        "BadEnvironmentKeyIdInToken", // as documented
        "BadEnvironmentKeyInToken", // as seen on the wire
        "ExpiredProviderToken",
        "Forbidden",
        "InvalidProviderToken",
        "MissingProviderToken",
        "UnrelatedKeyIdInToken");
    again(rows, Cause.THROTTLED, 429, "TooManyProviderTokenUpdates", "TooManyRequests");
    again(rows, Cause.SERVER, 500, "InternalServerError");
    again(rows, Cause.SERVER, 503, "ServiceUnavailable", "Shutdown");
    return Map.copyOf(rows);
  }

  private static Set<String> reasons() {
    Set<String> reasons = new HashSet<>(GONE);
    ROWS.keySet().forEach(answer -> reasons.add(answer.reason()));
    return Set.copyOf(reasons);
  }

  private static void refused(
      Map<Answer, PushOutcome> rows, Refusal refusal, String hint, int status, String... reasons) {
    for (String reason : reasons) {
      rows.put(
          new Answer(status, reason), new Refused(refusal, words(status) + " " + reason + hint));
    }
  }

  private static void again(
      Map<Answer, PushOutcome> rows, Cause cause, int status, String... reasons) {
    for (String reason : reasons) {
      rows.put(new Answer(status, reason), new TryAgain(cause));
    }
  }

  private static String words(int status) {
    return "APNs answered " + status;
  }
}
