package dev.ringpost.telemetry;

import java.util.Locale;

/** The reason why a partition cannot be read while others can: a tag of meters. */
public enum Obstacle {
  /** Kafka's client cannot hand out its next record. */
  RECORD,
  /** There is no right to read its topic. */
  RIGHTS,
  /** Nobody answers where it begins. */
  START;

  /** Its word in metrics and logs. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
