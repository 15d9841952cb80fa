package dev.ringpost.apns.wire;

import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;
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
public final class ReasonTable {

  /** The tag of reasons that Apple has not documented. */
  static final String OTHER = "other";

  /** The tag of answers without a reason. */
  public static final String NONE = "none";

  private static final String WRONG_APP =
      "; check the app's bundle-ids, its credential and the token's bundleId";

  private static final Set<String> GONE = Set.of("Unregistered", "ExpiredToken");

  private static final Map<ApnsResponse, PushOutcome> ROWS = rows();
  private static final Set<String> REASONS = reasons();

  /**
   * Answers after which a connection is of no more use: its provider token or its server is. APNs
   * leaves pushes on it unanswered, for more than an hour after too many token updates. A 403 whose
   * reason got lost counts too: Pushy renews an expired provider token only if it can read that
   * word, and a connection whose credential is refused has nothing to lose.
   */
  private static final Set<ApnsResponse> SPOILING =
      Set.of(
          new ApnsResponse(400, "IdleTimeout"),
          new ApnsResponse(403, ""),
          new ApnsResponse(403, "ExpiredProviderToken"),
          new ApnsResponse(403, "UnrelatedKeyIdInToken"),
          new ApnsResponse(429, "TooManyProviderTokenUpdates"),
          new ApnsResponse(503, "Shutdown"));

  private ReasonTable() {}

  /**
   * The outcome of an answer.
   *
   * @param goneSince APNs' {@code timestamp}, which comes with 410 only
   */
  public static PushOutcome outcome(ApnsResponse answer, Optional<Instant> goneSince) {
    if (answer.status() == 410) {
      // by status alone: the reason is lost when the body comes in two frames
      return new Unregistered(goneSince);
    }
    PushOutcome known = ROWS.get(answer);
    return known != null ? known : byStatus(answer.status());
  }

  /** What an answer to a push says of its credential and topic. */
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
    if (knowsToken(answer) || namesNoToken(answer)) {
      return Proof.PROVEN;
    }
    return switch (outcome(answer, Optional.empty())) {
      case TryAgain(RetryReason cause) ->
          cause == RetryReason.CREDENTIAL ? Proof.REFUSED : Proof.NONE;
      case Refused(RejectionReason refusal, String _) ->
          refusal == RejectionReason.WRONG_TOPIC ? Proof.REFUSED : Proof.NONE;
      case Accepted _, Unregistered _, NotSent _ -> Proof.NONE;
    };
  }

  /** Whether the token may be one of the other environment. */
  public static boolean namesNoToken(ApnsResponse answer) {
    return answer.status() == 400 && answer.reason().equals("BadDeviceToken");
  }

  /** Whether the answer says that the token is, or was, one of the environment asked. */
  public static boolean knowsToken(ApnsResponse answer) {
    return answer.accepted() || answer.status() == 410;
  }

  /** What an answer says of the connection that brought it, whatever it says of the push. */
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
  public static boolean spoilsConnection(ApnsResponse answer) {
    return SPOILING.contains(answer);
  }

  /** The reason as a tag: one of Apple's documented words, {@link #OTHER} or {@link #NONE}. */
  public static String tag(String reason) {
    if (reason.isEmpty()) {
      return NONE;
    }
    return REASONS.contains(reason) ? reason : OTHER;
  }

  /** Every reason that Apple has documented. */
  public static Set<String> documented() {
    return REASONS;
  }

  /** Every answer that Apple has documented. */
  public static Set<ApnsResponse> answers() {
    Set<ApnsResponse> answers = new HashSet<>(ROWS.keySet());
    answers.add(new ApnsResponse(200, ""));
    GONE.forEach(reason -> answers.add(new ApnsResponse(410, reason)));
    return answers;
  }

  private static PushOutcome byStatus(int status) {
    if (status == 200) {
      return new Accepted();
    }
    if (status >= 500) {
      return new TryAgain(RetryReason.SERVER);
    }
    return switch (status) {
      case 403 -> new TryAgain(RetryReason.CREDENTIAL);
      case 404, 405 -> new Refused(RejectionReason.BAD_REQUEST, words(status));
      case 413 -> new Refused(RejectionReason.PAYLOAD_TOO_LARGE, words(status));
      case 429 -> new TryAgain(RetryReason.THROTTLED);
      default ->
          new Refused(RejectionReason.UNKNOWN, words(status) + " for a reason that is not known");
    };
  }

  private static Map<ApnsResponse, PushOutcome> rows() {
    Map<ApnsResponse, PushOutcome> rows = new HashMap<>();
    refused(rows, RejectionReason.BAD_DEVICE_TOKEN, "", 400, "BadDeviceToken");
    refused(
        rows,
        RejectionReason.WRONG_TOPIC,
        WRONG_APP,
        400,
        "BadTopic",
        "DeviceTokenNotForTopic",
        "MissingTopic",
        "TopicDisallowed");
    refused(
        rows,
        RejectionReason.BAD_REQUEST,
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
    refused(rows, RejectionReason.BAD_REQUEST, "", 404, "BadPath");
    refused(rows, RejectionReason.BAD_REQUEST, "", 405, "MethodNotAllowed");
    refused(rows, RejectionReason.PAYLOAD_TOO_LARGE, "", 413, "PayloadTooLarge");
    again(rows, RetryReason.CONNECTION, 400, "IdleTimeout");
    again(
        rows,
        RetryReason.CREDENTIAL,
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
    again(rows, RetryReason.THROTTLED, 429, "TooManyProviderTokenUpdates", "TooManyRequests");
    again(rows, RetryReason.SERVER, 500, "InternalServerError");
    again(rows, RetryReason.SERVER, 503, "ServiceUnavailable", "Shutdown");
    return Map.copyOf(rows);
  }

  private static Set<String> reasons() {
    Set<String> reasons = new HashSet<>(GONE);
    ROWS.keySet().forEach(answer -> reasons.add(answer.reason()));
    return Set.copyOf(reasons);
  }

  private static void refused(
      Map<ApnsResponse, PushOutcome> rows,
      RejectionReason refusal,
      String hint,
      int status,
      String... reasons) {
    for (String reason : reasons) {
      rows.put(
          new ApnsResponse(status, reason),
          new Refused(refusal, words(status) + " " + reason + hint));
    }
  }

  private static void again(
      Map<ApnsResponse, PushOutcome> rows, RetryReason cause, int status, String... reasons) {
    for (String reason : reasons) {
      rows.put(new ApnsResponse(status, reason), new TryAgain(cause));
    }
  }

  private static String words(int status) {
    return "APNs answered " + status;
  }
}
