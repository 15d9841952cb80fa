package dev.ringpost.shadow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The progress of a shadow, for metrics and {@code /readyz}. Safe for many threads. */
final class ShadowProgress {

  /**
   * The state of a process.
   *
   * @param trouble why it neither works nor stands by, in words; empty if it does
   * @param readTo up to when it has read, if it works
   */
  private record State(Optional<String> trouble, Optional<Instant> readTo) {}

  private final InstantSource clock;
  private volatile State state =
      new State(Optional.of("it is joining its group"), Optional.empty());

  ShadowProgress(InstantSource clock) {
    this.clock = clock;
  }

  void at(Instant readTo) {
    state = new State(Optional.empty(), Optional.of(readTo));
  }

  void standingBy() {
    state = new State(Optional.empty(), Optional.empty());
  }

  void failed(String why) {
    state = new State(Optional.of(why), Optional.empty());
  }

  /** Why it neither works nor stands by. */
  Optional<String> trouble() {
    return state.trouble();
  }

  boolean works() {
    return state.readTo().isPresent();
  }

  /** Age of what has been read, in seconds; 0 if it does not read. */
  double behindSeconds() {
    return state
        .readTo()
        .map(readTo -> Duration.between(readTo, clock.instant()).toMillis() / 1000.0)
        .filter(it -> it > 0)
        .orElse(0.0);
  }
}
