package dev.ringpost.telemetry;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** What the front door measures. Safe for many threads. */
public final class IntakeMeters {

  private final Telemetry telemetry;
  private final Timer ownerless;

  public IntakeMeters(Telemetry telemetry) {
    this.telemetry = telemetry;
    this.ownerless = telemetry.timer(MeterName.OWNERLESS);
  }

  /** Gauges are asked at every scrape, from any thread. */
  public void gauges(
      Supplier<Number> inFlight,
      Supplier<Number> waiting,
      Supplier<Number> ledgerSpan,
      Supplier<Number> oldestUnsettledSeconds,
      Supplier<Number> partitions) {
    telemetry.gauge(MeterName.INVITES_IN_FLIGHT, inFlight);
    telemetry.gauge(MeterName.INVITES_WAITING, waiting);
    telemetry.gauge(MeterName.LEDGER_SPAN, ledgerSpan);
    telemetry.gauge(MeterName.OLDEST_UNSETTLED, oldestUnsettledSeconds);
    telemetry.gauge(MeterName.PARTITIONS, partitions);
  }

  /** Publishes the consumer's own metrics until what it returns is closed. */
  public KafkaClientWatch watch(Consumer<?, ?> consumer) {
    return telemetry.watch(consumer);
  }

  public void customFieldsDropped(int fields) {
    if (fields > 0) {
      telemetry.counter(MeterName.CUSTOM_FIELDS_DROPPED).increment(fields);
    }
  }

  /** An invite was given up by a fault of ours. */
  public void givenUp() {
    telemetry.counter(MeterName.INVITES_GIVEN_UP).increment();
  }

  /** A partition came to this worker after it had no owner for a while. */
  public void ownerless(Duration time) {
    ownerless.record(time);
  }

  public void assigned(int partitions) {
    telemetry.counter(MeterName.REBALANCES, "assigned").increment(partitions);
  }

  public void revoked(int partitions) {
    telemetry.counter(MeterName.REBALANCES, "revoked").increment(partitions);
  }

  public void lost(int partitions) {
    telemetry.counter(MeterName.REBALANCES, "lost").increment(partitions);
  }

  public void committed() {
    telemetry.counter(MeterName.COMMITS, "done").increment();
  }

  public void commitFailed() {
    telemetry.counter(MeterName.COMMITS, "failed").increment();
  }
}
