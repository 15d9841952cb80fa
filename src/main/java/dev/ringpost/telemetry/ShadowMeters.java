package dev.ringpost.telemetry;

import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import io.micrometer.core.instrument.Counter;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.consumer.Consumer;

/** The meters of {@code ringpost run --shadow}. Safe for many threads. */
public final class ShadowMeters {

  /** The end of an invite for a shadow: a tag of meters, and a word for people. */
  public enum Outcome {
    AGREED("agreed"),
    EXPLAINED("explained"),
    DEADLINE("deadline"),
    ROUTE("route"),
    DEVICES("devices"),
    VERDICT("verdict"),
    LIVE_MISSING("live_missing"),
    SHADOW_MISSING("shadow_missing"),
    UNTOLD("untold"),
    FORGOTTEN("forgotten");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }

    /** Its word in metrics and logs. */
    public String word() {
      return word;
    }

    /** Whether somebody should look at it. */
    public boolean isDisagreement() {
      return switch (this) {
        case DEADLINE, ROUTE, DEVICES, VERDICT, LIVE_MISSING, SHADOW_MISSING -> true;
        case AGREED, EXPLAINED, UNTOLD, FORGOTTEN -> false;
      };
    }
  }

  private final Telemetry telemetry;
  private final CounterFamily<Outcome> invites;
  private final Counter unreadable;

  public ShadowMeters(Telemetry telemetry) {
    this.telemetry = telemetry;
    this.invites =
        new CounterFamily<>(
            Outcome.class, outcome -> telemetry.counter(ShadowMeterName.INVITES, outcome.word));
    this.unreadable = telemetry.counter(ShadowMeterName.UNREADABLE);
  }

  /** Shows whether the process is ready; asked at each scrape. */
  public void ready(BooleanSupplier ready) {
    telemetry.gauge(ShadowMeterName.READY, () -> ready.getAsBoolean() ? 1 : 0);
  }

  /**
   * Shows what it does; each is asked at each scrape.
   *
   * @param working whether this process reads
   * @param behind age of what has been read, in seconds
   * @param open how many invites are remembered
   */
  public void show(BooleanSupplier working, DoubleSupplier behind, IntSupplier open) {
    telemetry.gauge(ShadowMeterName.WORKING, () -> working.getAsBoolean() ? 1 : 0);
    telemetry.gauge(ShadowMeterName.BEHIND, behind::getAsDouble);
    telemetry.gauge(ShadowMeterName.OPEN, open::getAsInt);
  }

  /** It is known how the verdicts on an invite compare. */
  public void compared(Outcome outcome) {
    invites.increment(outcome);
  }

  /** Offsets were passed, or a result was none. */
  public void unreadable(long offsets) {
    unreadable.increment((double) offsets);
  }

  /** Publishes a consumer's own metrics until what it returns is closed. */
  public KafkaClientWatch watch(Consumer<?, ?> consumer) {
    return telemetry.watch(consumer);
  }
}
