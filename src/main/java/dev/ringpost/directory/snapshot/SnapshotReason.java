package dev.ringpost.directory.snapshot;

import java.util.Locale;

/** The reason why a snapshot is not used, and its topic is read whole. */
public enum SnapshotReason {
  /** There is none yet. */
  NONE,
  /** The file or its folder cannot be read. */
  UNREADABLE,
  /** The file ends too soon, or a byte of it is another than was written. */
  DAMAGED,
  /** It is sealed with another key. */
  OTHER_KEY,
  /** Its format is another one. */
  OTHER_FORMAT,
  /** It was written by another version of Ringpost, which may have read records otherwise. */
  OTHER_VERSION,
  /** Its topic has another name, or was deleted and created again. */
  OTHER_TOPIC,
  /** Its topic has another number of partitions now. */
  OTHER_PARTITIONS,
  /** Removals that it does not know of may be gone from the topic by now. */
  TOO_OLD,
  /** Kafka did not tell for how long the topic keeps removals. */
  UNKNOWN_RETENTION,
  /** The topic does not hold its offsets any more: the log was cut, or its beginning deleted. */
  OFFSETS_GONE;

  /** As metrics and logs call it. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
