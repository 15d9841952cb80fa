package dev.ringpost.tools.trace;

import dev.ringpost.apns.wire.ReasonRow;
import dev.ringpost.apns.wire.ReasonTable;
import dev.ringpost.delivery.ApnsResponse;
import java.util.Map;

/** The words for how a push to one device ended: those of APNs' answer, or those of the outcome. */
final class OutcomeWords {

  /** The meaning of an outcome, and what to do about it. */
  record Words(String meaning, String fix) {}

  private static final String WAY =
      "Look at the way to APNs at that time: ringpost check, the dashboard's page on APNs.";

  static final Words GONE =
      new Words(
          "the token is dead: the app was deleted or got another token",
          "The app must register its new token when it is opened.");

  static final Map<String, Words> BY_OUTCOME =
      Map.ofEntries(
          Map.entry("accepted", new Words("APNs accepted the push", "")),
          Map.entry(
              "no_answer",
              new Words(
                  "the push was written, but APNs' answer was lost or late; the phone may ring",
                  WAY)),
          Map.entry(
              "connection", new Words("the connection to APNs could not be made, or broke", WAY)),
          Map.entry(
              "busy",
              new Words(
                  "every place on every connection was taken for as long as the try lasted",
                  "Raise apns.connections, or run more workers.")),
          Map.entry("server", new Words("APNs had trouble of its own", "Wait, or ask Apple.")),
          Map.entry(
              "throttled", new Words("APNs wants fewer pushes", "Send this device fewer pushes.")),
          Map.entry(
              "credential",
              new Words(
                  "APNs does not accept the key or certificate",
                  "Compare it with Apple's developer site: ringpost check.")),
          Map.entry(
              "route_down",
              new Words(
                  "nothing was tried: nearly all pushes of the last seconds had failed", WAY)),
          Map.entry(
              "server_down",
              new Words(
                  "nothing was tried: APNs answered nearly all pushes with trouble of its own",
                  "Wait, or ask Apple.")),
          Map.entry(
              "leaving",
              new Words(
                  "the worker was leaving and could not wait for the answer; the phone may ring",
                  "Nothing, unless workers restart often.")),
          Map.entry(
              "bad_device_token",
              new Words(
                  "the token is of neither environment of this app",
                  "Register the token that the app has now, in the environment that it is built"
                      + " for.")),
          Map.entry("token_gone", GONE),
          Map.entry(
              "no_route",
              new Words(
                  "no credential is configured for the token's app and environment",
                  "Add the app to the configuration, or correct the registration.")),
          Map.entry(
              "payload_too_large",
              new Words(
                  "the payload would have more than 5120 bytes", "Shorten custom in the invite.")),
          Map.entry(
              "wrong_topic",
              new Words(
                  "the topic does not fit the token or the credential",
                  "Compare the registration's bundleId with the app's.")),
          Map.entry(
              "bad_request",
              new Words("APNs named a mistake in the request", "Report it to Ringpost.")),
          Map.entry(
              "unknown_refusal",
              new Words(
                  "APNs refused for a reason that Ringpost does not know",
                  "Look the reason up in Apple's documentation.")),
          Map.entry("late", new Words("it was held back: the deadline had passed", "")),
          Map.entry("ended", new Words("it was held back: the call had ended", "")),
          Map.entry("ringing", new Words("it was held back: the device rings already", "")),
          Map.entry(
              "lost",
              new Words("it was held back: another worker owns the partition now and rings", "")));

  private static final Words UNKNOWN = new Words("its outcome is unknown to this version", "");

  private OutcomeWords() {}

  /** The words for a device's end. */
  static Words of(DeviceEnd end) {
    if (end.status().isPresent() && !end.accepted()) {
      ReasonRow row = ReasonTable.row(new ApnsResponse(end.status().getAsInt(), end.reason()));
      return new Words(lowerFirst(row.meaning()), row.fix());
    }
    Words words = BY_OUTCOME.getOrDefault(end.outcome(), UNKNOWN);
    return end.detail().isEmpty()
        ? words
        : new Words(words.meaning() + " (" + end.detail() + ")", words.fix());
  }

  /** A sentence as a part of another one; a name such as APNs keeps its capitals. */
  private static String lowerFirst(String sentence) {
    String bare = sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    boolean name = bare.length() > 1 && Character.isUpperCase(bare.charAt(1));
    return name || bare.isEmpty()
        ? bare
        : Character.toLowerCase(bare.charAt(0)) + bare.substring(1);
  }
}
