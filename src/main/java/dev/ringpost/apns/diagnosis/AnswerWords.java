package dev.ringpost.apns.diagnosis;

import dev.ringpost.apns.diagnosis.TestPush.End;
import dev.ringpost.apns.wire.VoipPayload;
import dev.ringpost.delivery.ApnsResponse;
import java.util.Map;
import java.util.Set;

/**
 * APNs' answers in words for a person: what each means and what to do. After Apple's page "Handling
 * notification responses from APNs".
 *
 * @param end what it comes to
 * @param meaning one sentence
 * @param todo one sentence, an order
 */
public record AnswerWords(End end, String meaning, String todo) {

  private static final String REPORT =
      "This is a mistake in the request; if the payload is not your own, report it to Ringpost.";

  private static final Map<String, AnswerWords> BY_REASON =
      Map.ofEntries(
          refused(
              "BadDeviceToken",
              "APNs does not know the token in this environment.",
              "An app that Xcode installed has a sandbox token, one from TestFlight or the App"
                  + " Store a production token: try the other --environment. Then see that the"
                  + " token is whole and is the VoIP token that PushKit gave, not the one for"
                  + " alerts."),
          refused(
              "DeviceTokenNotForTopic",
              "The token belongs to another app.",
              "Give the bundle id of the app that got the token, without .voip, as --app."),
          refused(
              "TopicDisallowed",
              "The key or certificate may not push to this app.",
              "See that the bundle id is right and that the app belongs to the key's team, and the"
                  + " key is not limited to other topics."),
          refused(
              "BadTopic",
              "APNs does not take the topic.",
              "Give the bundle id as Xcode shows it, without .voip, as --app."),
          refused("MissingTopic", "No topic came with the push.", REPORT),
          refused("BadCollapseId", "The collapse id is too long.", REPORT),
          refused("BadExpirationDate", "The expiration is no time.", "Check --expires."),
          refused("BadMessageId", "The apns-id is no UUID.", REPORT),
          refused("BadPriority", "The priority is none that APNs knows.", REPORT),
          refused("DuplicateHeaders", "A header came twice.", REPORT),
          refused(
              "InvalidPushType",
              "The push type does not go with the topic.",
              "See that the app is registered for VoIP: the background mode Voice over IP."),
          refused("MissingDeviceToken", "No token came with the push.", REPORT),
          refused("PayloadEmpty", "The payload is empty.", "Give a JSON object as --payload."),
          refused("BadPath", "The path is none of APNs'.", REPORT),
          refused("MethodNotAllowed", "The method was not POST.", REPORT),
          refused(
              "PayloadTooLarge",
              "The payload has more than " + VoipPayload.MAX_BYTES + " bytes.",
              "Send less: the phone can fetch the rest once it is awake."),
          refused(
              "Unregistered",
              "The token is dead: the app was removed, or has got a new token since.",
              "Open the app on the phone, and take the token that it gets then."),
          refused(
              "ExpiredToken",
              "The token has expired.",
              "Open the app on the phone, and take the token that it gets then."),
          credential(
              "BadCertificate",
              "The certificate is not one that APNs takes.",
              "Use a VoIP Services Certificate that is neither revoked nor expired."),
          credential(
              "BadCertificateEnvironment",
              "The certificate is for the other environment.",
              "Try the other --environment, or make a certificate for both."),
          credential(
              "BadEnvironmentKeyIdInToken",
              "The key is for the other environment.",
              "Try the other --environment, or make a key for this one."),
          credential(
              "BadEnvironmentKeyInToken",
              "The key is for the other environment.",
              "Try the other --environment, or make a key for this one."),
          credential(
              "ExpiredProviderToken",
              "The provider token is older than an hour by APNs' clock.",
              "Set this machine's clock: it is behind, for the token was just signed."),
          credential(
              "Forbidden",
              "The team's account may not push.",
              "Ask the owner of the developer account: an agreement may wait to be signed."),
          credential(
              "InvalidProviderToken",
              "APNs does not believe the key: it is revoked, or its id or the team's id is wrong,"
                  + " or this machine's clock is.",
              "Compare key id and team id with Apple's developer site, and the clock with a right"
                  + " one."),
          credential("MissingProviderToken", "APNs saw neither a key nor a certificate.", REPORT),
          credential(
              "UnrelatedKeyIdInToken",
              "The key has nothing to do with the one that the connection began with.",
              "Try again: this tool opens a connection for each push."),
          later("IdleTimeout", "APNs closed the connection, for it was idle.", "Try again."),
          later(
              "TooManyProviderTokenUpdates",
              "The team's provider token was changed more than once in 20 minutes.",
              "Wait, and see whether several programs push with different keys of this team."),
          later(
              "TooManyRequests",
              "This phone got too many pushes in a short time.",
              "Wait a few minutes."),
          later("InternalServerError", "APNs has trouble of its own.", "Try again."),
          later("ServiceUnavailable", "APNs is not available.", "Try again."),
          later("Shutdown", "That server of APNs is going away.", "Try again."));

  /** The words for an answer; one that is not known is told by its status. */
  public static AnswerWords of(ApnsResponse answer) {
    if (answer.accepted()) {
      return new AnswerWords(
          End.ACCEPTED,
          "APNs took the push. That is not yet a ring: APNs does not tell whether the phone got"
              + " it.",
          "If the phone stays silent: is it online, and does the app report the call to CallKit at"
              + " once? iOS stops waking an app that does not.");
    }
    if (answer.status() == 410) {
      return known(answer.reason().equals("ExpiredToken") ? "ExpiredToken" : "Unregistered");
    }
    AnswerWords known = BY_REASON.get(answer.reason());
    return known != null ? known : byStatus(answer);
  }

  /** The reasons that have words of their own. */
  static Set<String> reasons() {
    return BY_REASON.keySet();
  }

  private static AnswerWords known(String reason) {
    AnswerWords words = BY_REASON.get(reason);
    if (words == null) {
      throw new IllegalStateException(reason + " has no words");
    }
    return words;
  }

  private static AnswerWords byStatus(ApnsResponse answer) {
    String unknown = "APNs gave a reason that Apple has not documented.";
    return switch (answer.status() / 100) {
      case 5 -> known("ServiceUnavailable");
      case 4 ->
          switch (answer.status()) {
            case 403 ->
                new AnswerWords(
                    End.CREDENTIAL,
                    "APNs refuses the key or certificate.",
                    "Compare it, its id and the team's id with Apple's developer site.");
            case 429 -> known("TooManyRequests");
            default -> new AnswerWords(End.REFUSED, unknown, "Look it up at Apple's site.");
          };
      default -> new AnswerWords(End.REFUSED, unknown, "Look it up at Apple's site.");
    };
  }

  private static Map.Entry<String, AnswerWords> refused(
      String reason, String meaning, String todo) {
    return Map.entry(reason, new AnswerWords(End.REFUSED, meaning, todo));
  }

  private static Map.Entry<String, AnswerWords> credential(
      String reason, String meaning, String todo) {
    return Map.entry(reason, new AnswerWords(End.CREDENTIAL, meaning, todo));
  }

  private static Map.Entry<String, AnswerWords> later(String reason, String meaning, String todo) {
    return Map.entry(reason, new AnswerWords(End.TRY_LATER, meaning, todo));
  }
}
