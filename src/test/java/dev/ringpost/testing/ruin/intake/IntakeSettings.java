package dev.ringpost.testing.ruin.intake;

import dev.ringpost.testing.ruin.call.CallManager;

/** Settings, which may be lent. */
public record IntakeSettings(String topic, Kind kind) {

  /** A part of them. */
  public enum Kind {
    FRESH
  }

  boolean fit(CallManager manager) {
    return manager.toString().contains(topic);
  }
}
