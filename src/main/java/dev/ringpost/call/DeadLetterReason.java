package dev.ringpost.call;

import java.util.Arrays;

/**
 * The reason why an invite became a dead letter: the codes of the header {@code ringpost-reason}.
 */
public enum DeadLetterReason {
  /** The record has no value. */
  EMPTY("empty"),
  /** The value is larger than an invite may be. */
  INVITE_TOO_LARGE("invite_too_large"),
  /** The value is not one JSON object in UTF-8. */
  NOT_JSON("not_json"),
  /** A required field is missing. */
  MISSING_FIELD("missing_field"),
  /** A field has a value that cannot be used. */
  INVALID_FIELD("invalid_field"),
  /** A record on a retry topic lacks the headers that Ringpost writes there. */
  BAD_RETRY_HEADERS("bad_retry_headers"),
  /** Kafka's client could not hand out the record; there is nothing of it but its position. */
  UNREADABLE_RECORD("unreadable_record"),
  /** The payload would be larger than APNs accepts. */
  PAYLOAD_TOO_LARGE("payload_too_large"),
  /** APNs refused the topic for the token or the credential. */
  WRONG_TOPIC("wrong_topic"),
  /** APNs named a mistake in our request. */
  BAD_REQUEST("bad_request"),
  /** APNs refused for a reason that we do not know. */
  UNKNOWN_REFUSAL("unknown_refusal"),
  /** A fault of Ringpost's; the log has the details. */
  INTERNAL("internal");

  private final String code;

  DeadLetterReason(String code) {
    this.code = code;
  }

  public String code() {
    return code;
  }

  /** The reason of a code; a code of another version is an unknown refusal. */
  public static DeadLetterReason of(String code) {
    return Arrays.stream(values())
        .filter(reason -> reason.code.equals(code))
        .findFirst()
        .orElse(UNKNOWN_REFUSAL);
  }
}
