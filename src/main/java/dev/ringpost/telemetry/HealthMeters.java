package dev.ringpost.telemetry;

import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import io.micrometer.core.instrument.Counter;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** The meters of {@code ringpost health}. Safe for many threads. */
public final class HealthMeters {

  /** The end of an accepted push, for the device. */
  public enum CallEnd {
    RANG("rang"),
    UNRUNG("unrung"),
    OTHERS_SILENT("others_silent"),
    ENDED_EARLY("ended_early"),
    SIGNALS_GONE("signals_gone"),
    REPEATED("repeated"),
    TOO_MANY("too_many");

    private final String tag;

    CallEnd(String tag) {
      this.tag = tag;
    }
  }

  private final Telemetry telemetry;
  private final CounterFamily<CallEnd> calls;
  private final Counter foundDeaf;
  private final Counter hearsAgain;
  private final Counter forgotten;
  private final Counter unreadable;

  public HealthMeters(Telemetry telemetry) {
    this.telemetry = telemetry;
    this.calls =
        new CounterFamily<>(
            CallEnd.class, end -> telemetry.counter(HealthMeterName.CALLS, end.tag));
    this.foundDeaf = telemetry.counter(HealthMeterName.FOUND_DEAF);
    this.hearsAgain = telemetry.counter(HealthMeterName.HEARS_AGAIN);
    this.forgotten = telemetry.counter(HealthMeterName.FORGOTTEN);
    this.unreadable = telemetry.counter(HealthMeterName.UNREADABLE);
  }

  /** Shows whether the process is ready; asked at each scrape. */
  public void ready(BooleanSupplier ready) {
    telemetry.gauge(HealthMeterName.READY, () -> ready.getAsBoolean() ? 1 : 0);
  }

  /**
   * Shows what is known; each is asked at each scrape.
   *
   * @param working whether this process reads
   * @param behind age of what has been read, in seconds
   * @param watched devices that did not ring for their last call
   * @param deaf devices that are called deaf
   */
  public void show(
      BooleanSupplier working, DoubleSupplier behind, IntSupplier watched, IntSupplier deaf) {
    telemetry.gauge(HealthMeterName.WORKING, () -> working.getAsBoolean() ? 1 : 0);
    telemetry.gauge(HealthMeterName.BEHIND, behind::getAsDouble);
    telemetry.gauge(HealthMeterName.WATCHED, watched::getAsInt);
    telemetry.gauge(HealthMeterName.DEAF, deaf::getAsInt);
  }

  /** An accepted push was judged. */
  public void judged(CallEnd end) {
    calls.increment(end);
  }

  /** A device was found deaf. */
  public void foundDeaf() {
    foundDeaf.increment();
  }

  /** A device that was called deaf rang again. */
  public void hearsAgain() {
    hearsAgain.increment();
  }

  /** A device is no longer watched. */
  public void forgotten() {
    forgotten.increment();
  }

  /** Offsets could not be read and were passed. */
  public void unreadable(long offsets) {
    unreadable.increment((double) offsets);
  }

  /** Publishes the producer's own metrics until what it returns is closed. */
  public KafkaClientWatch watch(Producer<?, ?> producer) {
    return telemetry.watch(producer);
  }

  /** Publishes a consumer's own metrics until what it returns is closed. */
  public KafkaClientWatch watch(Consumer<?, ?> consumer) {
    return telemetry.watch(consumer);
  }
}
