package dev.ringpost.health;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The progress of the search, for metrics and {@code /readyz}. Safe for many threads. */
final class HealthProgress {

  /**
   * The state of a process.
   *
   * @param trouble why it neither works nor stands by, in words; empty if it does
   * @param readTo up to when it has read, if it works
   */
  private record State(Optional<String> trouble, Optional<Instant> readTo, int watched, int deaf) {}

  private final InstantSource clock;
  private volatile State state =
      new State(Optional.of("it is joining its group"), Optional.empty(), 0, 0);

  HealthProgress(InstantSource clock) {
    this.clock = clock;
  }

  void at(Instant readTo, int watched, int deaf) {
    state = new State(Optional.empty(), Optional.of(readTo), watched, deaf);
  }

  void standingBy() {
    state = new State(Optional.empty(), Optional.empty(), 0, 0);
  }

  void failed(String why) {
    state = new State(Optional.of(why), Optional.empty(), 0, 0);
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

  int watched() {
    return state.watched();
  }

  int deaf() {
    return state.deaf();
  }
}
