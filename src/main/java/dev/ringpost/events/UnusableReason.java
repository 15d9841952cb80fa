package dev.ringpost.events;

/**
 * The reason why a record is skipped: the values of the tag {@code reason} of {@code view.skipped}.
 */
public enum UnusableReason {
  /** The record has no key. */
  NO_KEY("no_key"),
  /** The record has no value, and its topic is one of events. */
  NO_VALUE("no_value"),
  /** The key is not {@code <user>/<device>}. */
  INVALID_KEY("invalid_key"),
  /** The value is not one JSON object in UTF-8. */
  NOT_JSON("not_json"),
  /** A required field is missing. */
  MISSING_FIELD("missing_field"),
  /** A field has a value that cannot be used. */
  INVALID_FIELD("invalid_field"),
  /** A signal of a type that we do not know. */
  UNKNOWN_TYPE("unknown_type"),
  /** A contact of Apple's without a VoIP service or token. */
  NO_VOIP("no_voip"),
  /** A contact of another provider than Apple. */
  OTHER_PROVIDER("other_provider"),
  /** Kafka's client cannot hand out the record, or the batch that it stands in. */
  UNREADABLE("unreadable"),
  /** The user has more devices than anybody has. */
  TOO_MANY_DEVICES("too_many_devices"),
  /** The token is registered under more users than share a phone. */
  TOO_MANY_USERS("too_many_users");

  private final String code;

  UnusableReason(String code) {
    this.code = code;
  }

  public String code() {
    return code;
  }
}
