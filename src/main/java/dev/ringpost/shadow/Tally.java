package dev.ringpost.shadow;

import dev.ringpost.telemetry.ShadowMeters;
import dev.ringpost.telemetry.ShadowMeters.Outcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tally of how verdicts compare: a counter for each outcome, a line for each disagreement as
 * far as there is room for it, and the sums at the end. No line holds a user, a call or a token.
 * For one thread.
 */
final class Tally implements Comparison.Listener {

  /** Bound on the lines about disagreements within {@link #WINDOW}; counters know them all. */
  static final int MAX_LINES = 20;

  static final Duration WINDOW = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(Tally.class);

  private final ShadowMeters meters;
  private final LongSupplier nanoTime;
  private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
  private long windowNanos;
  private int lines;
  private long unlogged;

  /**
   * @param nanoTime a monotonic clock
   */
  Tally(ShadowMeters meters, LongSupplier nanoTime) {
    this.meters = meters;
    this.nanoTime = nanoTime;
    this.windowNanos = nanoTime.getAsLong();
  }

  @Override
  public void compared(
      String invite, Outcome outcome, Optional<Judgement> own, Optional<Judgement> live) {
    meters.compared(outcome);
    counts.merge(outcome, 1L, Long::sum);
    if (outcome.isDisagreement() && mayLog()) {
      log.atWarn()
          .addKeyValue("invite", invite)
          .addKeyValue("outcome", outcome.word())
          .addKeyValue("shadow", own.map(Judgement::toString).orElse("none"))
          .addKeyValue("live", live.map(Judgement::toString).orElse("none"))
          .addKeyValue("unlogged", unlogged)
          .log("the shadow's verdict is not the live one");
      unlogged = 0;
    }
  }

  private boolean mayLog() {
    long now = nanoTime.getAsLong();
    if (now - windowNanos >= WINDOW.toNanos()) {
      windowNanos = now;
      lines = 0;
    }
    if (lines == MAX_LINES) {
      unlogged++;
      return false;
    }
    lines++;
    return true;
  }

  /** The sums so far, for people: every outcome that was met, in a fixed order. */
  String summary() {
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    long disagreements =
        counts.entrySet().stream()
            .filter(it -> it.getKey().isDisagreement())
            .mapToLong(Map.Entry::getValue)
            .sum();
    String sums =
        Arrays.stream(Outcome.values())
            .filter(counts::containsKey)
            .map(outcome -> outcome.word() + " " + counts.get(outcome))
            .collect(Collectors.joining(", "));
    return "invites: "
        + all
        + ", disagreements: "
        + disagreements
        + (sums.isEmpty() ? "" : "; " + sums);
  }
}
