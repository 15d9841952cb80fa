package dev.ringpost.apns.wire;

import dev.ringpost.apns.payload.VoipPayload;
import dev.ringpost.apns.wire.ReasonRow.Fault;
import dev.ringpost.apns.wire.ReasonTable.OfConnection;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import java.util.List;
import java.util.Optional;

/**
 * The answers of Apple's page "Handling notification responses from APNs", a row for each. A new
 * reason is a new row here, and nothing else.
 */
final class AppleReasons {

  private static final String REPORT =
      "This is a mistake in the request; if the payload is not your own, report it to Ringpost.";
  private static final String OTHER_ENVIRONMENT =
      "Try the other --environment, or create a key for this one.";
  private static final String OPEN_THE_APP =
      "Open the app on the phone, and use the token that it gets then.";
  static final String DEAD =
      "The token is dead: the app was removed, or has got a new token since.";
  private static final String TRY_AGAIN = "Try again.";
  private static final String WRONG_APP =
      "; check the app's bundle-ids, its credential and the token's bundleId";

  static final String SAME_AGAIN =
      "The same push would get the same answer; the dead letter says what to fix.";
  private static final String FOR_A_PERSON =
      "App, credential and registration do not go together, which a person must correct; the dead"
          + " letter says so.";
  static final String FILES_MAY_CHANGE =
      "The files may be corrected while the call still rings; until then the breaker keeps calls"
          + " from waiting here.";
  private static final String BY_STATUS_ALONE =
      "By the status alone, for the reason may get lost. Not if the device has registered since,"
          + " and not while the fuse is blown.";
  private static final String A_PAUSE =
      "Another connection would not help: what APNs asks for is a pause.";
  private static final String FIFTEEN_MINUTES =
      "Apple asks for 15 minutes, which no call lives for. It may be the trouble of one server, so"
          + " another connection is asked once; then the seconds of the retry topics, and the"
          + " breaker in place of a storm.";

  private AppleReasons() {}

  /** A row for each answer that Apple has documented. */
  static final List<ReasonRow> ROWS =
      List.of(
          new ReasonRow(
              200,
              "",
              new Accepted(),
              Fault.NOBODY,
              OfConnection.WELL,
              "APNs accepted the push. That is not yet a ring: APNs does not say whether the phone"
                  + " got it.",
              "If the phone stays silent: is it online, and does the app report the call to"
                  + " CallKit at once? iOS stops waking an app that does not.",
              "Accepted is not delivered: Apple does not report whether a phone rang."),
          new ReasonRow(
              400,
              "BadDeviceToken",
              refused(RejectionReason.BAD_DEVICE_TOKEN, 400, "BadDeviceToken"),
              Fault.TOKEN,
              OfConnection.WELL,
              "APNs does not know the token in this environment.",
              "An app that Xcode installed has a sandbox token, one from TestFlight or the App"
                  + " Store a production token: try the other --environment. Then see that the"
                  + " token is whole and is the VoIP token that PushKit gave, not the one for"
                  + " alerts.",
              "Nearly always a token of the other environment. Not forgotten: one mix-up of"
                  + " environments would call every phone dead."),
          app(
              "BadTopic",
              OfConnection.WELL,
              "APNs does not accept the topic.",
              "Give the bundle id as Xcode shows it, without .voip, as --app."),
          app(
              "DeviceTokenNotForTopic",
              OfConnection.WELL,
              "The token belongs to another app.",
              "Give the bundle id of the app that got the token, without .voip, as --app."),
          app("MissingTopic", OfConnection.WELL, "No topic came with the push.", REPORT),
          app(
              "TopicDisallowed",
              OfConnection.REFUSED,
              "The key or certificate may not push to this app.",
              "See that the bundle id is right and that the app belongs to the key's team, and the"
                  + " key is not limited to other topics."),
          request(400, "BadCollapseId", "The collapse id is too long.", REPORT),
          request(400, "BadExpirationDate", "The expiration is not a time.", "Check --expires."),
          request(400, "BadMessageId", "The apns-id is not a UUID.", REPORT),
          request(400, "BadPriority", "The priority is none that APNs knows.", REPORT),
          request(400, "DuplicateHeaders", "A header came twice.", REPORT),
          request(
              400,
              "InvalidPushType",
              "The push type does not go with the topic.",
              "See that the app is registered for VoIP: the background mode Voice over IP."),
          request(400, "MissingDeviceToken", "No token came with the push.", REPORT),
          request(400, "PayloadEmpty", "The payload is empty.", "Give a JSON object as --payload."),
          request(404, "BadPath", "The path is none of APNs'.", REPORT),
          request(405, "MethodNotAllowed", "The method was not POST.", REPORT),
          tooLarge("PayloadTooLarge"),
          again(
              400,
              "IdleTimeout",
              RetryReason.CONNECTION,
              Fault.CONNECTION,
              OfConnection.SPENT,
              "APNs closed the connection, for it was idle.",
              TRY_AGAIN,
              "It is the connection's fault, and another one is at hand."),
          credential(
              "BadCertificate",
              "The certificate is not one that APNs accepts.",
              "Use a VoIP Services Certificate that is neither revoked nor expired."),
          credential(
              "BadCertificateEnvironment",
              "The certificate is for the other environment.",
              "Try the other --environment, or create a certificate for both."),
          credential( // as documented
              "BadEnvironmentKeyIdInToken",
              "The key is for the other environment.",
              OTHER_ENVIRONMENT),
          credential( // as seen on the wire
              "BadEnvironmentKeyInToken",
              "The key is for the other environment.",
              OTHER_ENVIRONMENT),
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
          again(
              403,
              "ExpiredProviderToken",
              RetryReason.CREDENTIAL,
              Fault.CREDENTIAL,
              OfConnection.SPENT,
              "The provider token is older than an hour by APNs' clock.",
              "Set this machine's clock: it is behind, for the token was just signed.",
              "All connections show one token, which is signed again then if it is older than 20"
                  + " minutes. If it is not, the clock is wrong."),
          again(
              403,
              "UnrelatedKeyIdInToken",
              RetryReason.CREDENTIAL,
              Fault.CREDENTIAL,
              OfConnection.FOREIGN,
              "The key has nothing to do with the one that the connection began with.",
              "Try again: this tool opens a connection for each push.",
              "A connection belongs to the key that it began with; a new one starts over."),
          gone("Unregistered", DEAD),
          gone("ExpiredToken", "The token has expired."),
          again(
              429,
              "TooManyProviderTokenUpdates",
              RetryReason.THROTTLED,
              Fault.RATE,
              OfConnection.SPENT,
              "The team's provider token was changed more than once in 20 minutes.",
              "Wait, and see whether several programs push with different keys of this team.",
              "Apple counts them by connection, and may leave pushes on this one unanswered for"
                  + " more than an hour."),
          tooManyRequests("TooManyRequests"),
          server(500, "InternalServerError", "APNs has trouble of its own."),
          server(503, "ServiceUnavailable", "APNs is not available."),
          again(
              503,
              "Shutdown",
              RetryReason.SERVER,
              Fault.APNS,
              OfConnection.SPENT,
              "That server of APNs is going away.",
              TRY_AGAIN,
              "That server goes; a new connection leads to another one."));

  private static ReasonRow app(String reason, OfConnection connection, String meaning, String fix) {
    var outcome =
        new Refused(RejectionReason.WRONG_TOPIC, "APNs answered 400 " + reason + WRONG_APP);
    return new ReasonRow(400, reason, outcome, Fault.APP, connection, meaning, fix, FOR_A_PERSON);
  }

  private static ReasonRow request(int status, String reason, String meaning, String fix) {
    return new ReasonRow(
        status,
        reason,
        refused(RejectionReason.BAD_REQUEST, status, reason),
        Fault.REQUEST,
        OfConnection.WELL,
        meaning,
        fix,
        SAME_AGAIN);
  }

  static ReasonRow tooLarge(String reason) {
    return new ReasonRow(
        413,
        reason,
        refused(RejectionReason.PAYLOAD_TOO_LARGE, 413, reason),
        Fault.REQUEST,
        OfConnection.WELL,
        "The payload has more than " + VoipPayload.MAX_BYTES + " bytes.",
        "Send less: the phone can fetch the rest once it is awake.",
        SAME_AGAIN);
  }

  private static PushOutcome refused(RejectionReason rejection, int status, String reason) {
    return new Refused(rejection, ("APNs answered " + status + " " + reason).strip());
  }

  private static ReasonRow credential(String reason, String meaning, String fix) {
    return again(
        403,
        reason,
        RetryReason.CREDENTIAL,
        Fault.CREDENTIAL,
        OfConnection.REFUSED,
        meaning,
        fix,
        FILES_MAY_CHANGE);
  }

  static ReasonRow gone(String reason, String meaning) {
    return new ReasonRow(
        410,
        reason,
        new Unregistered(Optional.empty()),
        Fault.TOKEN,
        OfConnection.WELL,
        meaning,
        OPEN_THE_APP,
        BY_STATUS_ALONE);
  }

  static ReasonRow tooManyRequests(String reason) {
    return again(
        429,
        reason,
        RetryReason.THROTTLED,
        Fault.RATE,
        OfConnection.NOTHING,
        "This phone got too many pushes in a short time.",
        "Wait a few minutes.",
        A_PAUSE);
  }

  static ReasonRow server(int status, String reason, String meaning) {
    return again(
        status,
        reason,
        RetryReason.SERVER,
        Fault.APNS,
        OfConnection.TROUBLE,
        meaning,
        TRY_AGAIN,
        FIFTEEN_MINUTES);
  }

  static ReasonRow again(
      int status,
      String reason,
      RetryReason cause,
      Fault fault,
      OfConnection connection,
      String meaning,
      String fix,
      String why) {
    return new ReasonRow(status, reason, new TryAgain(cause), fault, connection, meaning, fix, why);
  }
}
