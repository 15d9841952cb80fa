package dev.ringpost.events;

import java.util.Optional;

/** The kind of a call server's signal: the values of the tag {@code type} of {@code signals}. */
public enum SignalType {
  /** A device is awake and rings. */
  RINGING("ringing"),
  /** Somebody took the call. */
  ANSWERED("answered"),
  /** The callee does not want it. */
  DECLINED("declined"),
  /** The caller gave up. */
  CANCELLED("cancelled"),
  /** It is over for another reason. */
  ENDED("ended");

  private final String wire;

  SignalType(String wire) {
    this.wire = wire;
  }

  public String wire() {
    return wire;
  }

  /** Whether nothing more may be pushed after it. */
  public boolean endsTheCall() {
    return this != RINGING;
  }

  static Optional<SignalType> of(String wire) {
    for (SignalType type : values()) {
      if (type.wire.equals(wire)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
