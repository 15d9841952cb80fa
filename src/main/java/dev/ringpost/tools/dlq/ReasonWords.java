package dev.ringpost.tools.dlq;

import dev.ringpost.call.DeadLetterReason;
import java.util.Arrays;
import java.util.Optional;

/**
 * The meaning of a reason, and who can mend it.
 *
 * @param meaning what went wrong
 * @param fix what to do; after it the letter may be replayed where it says so
 */
record ReasonWords(String meaning, String fix) {

  private static final String SENDER =
      "Mend the sender. A replay of the same bytes fails in the same way.";

  /** The words for a code. */
  static ReasonWords of(String code) {
    Optional<DeadLetterReason> known =
        Arrays.stream(DeadLetterReason.values()).filter(it -> it.code().equals(code)).findFirst();
    return known
        .map(ReasonWords::of)
        .orElseGet(
            () ->
                new ReasonWords(
                    "this version of Ringpost does not know the reason",
                    "Look with the version that wrote it."));
  }

  static ReasonWords of(DeadLetterReason reason) {
    return switch (reason) {
      case EMPTY -> new ReasonWords("the record has no value", "Mend the sender.");
      case INVITE_TOO_LARGE -> new ReasonWords("the value has more than 64 KiB", SENDER);
      case NOT_JSON -> new ReasonWords("the value is not one JSON object", SENDER);
      case MISSING_FIELD -> new ReasonWords("a required field is missing", SENDER);
      case INVALID_FIELD -> new ReasonWords("a field has a value that cannot be used", SENDER);
      case BAD_RETRY_HEADERS ->
          new ReasonWords(
              "a record on a retry topic that Ringpost did not write",
              "Find out who writes there: only workers may.");
      case UNREADABLE_RECORD ->
          new ReasonWords(
              "Kafka's client could not hand out the record; only its position is known",
              "Look at the broker's disk. There is nothing to replay.");
      case PAYLOAD_TOO_LARGE ->
          new ReasonWords(
              "the payload would have more than 5120 bytes",
              "Send less in custom, or give the app a smaller payload.shape and replay.");
      case WRONG_TOPIC ->
          new ReasonWords(
              "APNs refused the topic for the token or the credential",
              "Bring bundle id, credential and registration together, then replay.");
      case BAD_REQUEST ->
          new ReasonWords(
              "APNs named a mistake in Ringpost's request",
              "Report it; replay with a version that has it mended.");
      case UNKNOWN_REFUSAL ->
          new ReasonWords(
              "APNs refused for a reason that Ringpost does not know",
              "Look the reason up in Apple's documentation, then replay.");
      case INTERNAL ->
          new ReasonWords(
              "a fault of Ringpost's", "Report it; replay with a version that has it mended.");
    };
  }
}
