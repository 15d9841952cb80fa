package dev.ringpost.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.RecordHeader;

/**
 * The headers that Ringpost writes on retry records and dead letters. Every name that begins with
 * {@link #PREFIX} is Ringpost's: on a record that somebody else wrote it means nothing and is
 * dropped, but for {@link #REPLAY_OF}. Values are text in UTF-8; numbers are decimal, times RFC
 * 3339 in UTC.
 */
public enum HeaderName {
  /** The version of this family. */
  FORMAT("format"),
  /** Where the invite stood first: its topic. */
  ORIGIN_TOPIC("origin-topic"),
  /** Where the invite stood first: its partition. */
  ORIGIN_PARTITION("origin-partition"),
  /** Where the invite stood first: its offset. */
  ORIGIN_OFFSET("origin-offset"),
  /** The timestamp that the invite had there. */
  ORIGIN_TIMESTAMP("origin-timestamp"),
  /** When the ringing is over; computed once, at the first reading. */
  DEADLINE("deadline"),
  /** On a retry record the number of the coming try, on a dead letter that of the last. */
  ATTEMPT("attempt"),
  /** Not before this moment is it tried again. */
  DUE("due"),
  /** The ids of the devices that are still to ring, a JSON array; without it, all. */
  DEVICES("devices"),
  /** How many devices APNs has taken a push for so far. */
  ACCEPTED("accepted"),
  /** Where it went wrong: decode or deliver. */
  STAGE("stage"),
  /** A code of {@link DeadLetterReason}; on a retry record, of a mistake that was met so far. */
  REASON("reason"),
  /** Words for a person, without token or payload. */
  DETAIL("detail"),
  /** How many bytes a value had that was left out. */
  VALUE_SIZE("value-size"),
  /** On an invite that an operator published again, and on what becomes of it: its dead letter. */
  REPLAY_OF("replay-of");

  /** What all these names begin with. */
  public static final String PREFIX = "ringpost-";

  /** The version of the family that is written and understood. */
  public static final String VERSION = "1";

  private final String key;

  HeaderName(String suffix) {
    this.key = PREFIX + suffix;
  }

  /** The name on the wire. */
  public String key() {
    return key;
  }

  /** A header of this name. */
  public RecordHeader with(String value) {
    return new RecordHeader(key, value.getBytes(UTF_8));
  }
}
