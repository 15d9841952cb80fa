package dev.ringpost.call;

/** One of Apple's two push environments; a token of one is unknown in the other. */
public enum Environment {
  PRODUCTION("production"),
  SANDBOX("sandbox");

  private final String wire;

  Environment(String wire) {
    this.wire = wire;
  }

  /** The world that this one is not. */
  public Environment other() {
    return switch (this) {
      case PRODUCTION -> SANDBOX;
      case SANDBOX -> PRODUCTION;
    };
  }

  /** The word that topics, configuration, results and metrics use. */
  public String wire() {
    return wire;
  }
}
