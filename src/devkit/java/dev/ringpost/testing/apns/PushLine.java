package dev.ringpost.testing.apns;

/** The text about a push that arrived at the local APNs, for people: a line, and its payload. */
public final class PushLine {

  private static final String ID_HEADER = "apns-id";
  private static final String TOPIC_HEADER = "apns-topic";

  private PushLine() {}

  /**
   * Two lines without a token: what was done with the push and whose it is, then what the phone
   * gets.
   */
  public static String of(String environment, ReceivedPush push) {
    String call = push.accepted() ? push.json().at("/call/id").asText() : "";
    return "%s %s: %s, apns-id %s, call %s%n  %s"
        .formatted(
            word(push.behaviour()),
            environment,
            push.header(TOPIC_HEADER),
            push.header(ID_HEADER),
            call,
            push.payload());
  }

  private static String word(Behaviour behaviour) {
    return switch (behaviour) {
      case Behaviour.Answers answer when answer.status() == 200 -> "rings";
      case Behaviour.Answers answer ->
          "refused with " + answer.status() + " " + answer.reason().orElse("(no reason)");
      case Behaviour.AnswersWith answer -> "answered with " + answer.status().orElse("(no status)");
      case Behaviour.KeepsSilent _ -> "not answered";
      case Behaviour.ResetsStream _ -> "stream reset";
      case Behaviour.FailsConnection _ -> "connection failed";
    };
  }
}
