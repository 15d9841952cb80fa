package dev.ringpost.telemetry;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** What a consumer of invites measures. Safe for many threads. */
public final class IntakeMeters {

  private final Telemetry telemetry;
  private final String source;
  private final Timer ownerless;
  private final Timer retryLateness;

  /**
   * @param source the tag that tells fresh invites from retries
   */
  public IntakeMeters(Telemetry telemetry, String source) {
    this.telemetry = telemetry;
    this.source = source;
    this.ownerless = telemetry.timer(MeterName.OWNERLESS, source);
    this.retryLateness = telemetry.timer(MeterName.RETRY_LATENESS);
  }

  /** Gauges are asked at every scrape, from any thread. */
  public void gauges(
      Supplier<Number> inFlight,
      Supplier<Number> waiting,
      Supplier<Number> ledgerSpan,
      Supplier<Number> oldestUnsettledSeconds,
      Supplier<Number> partitions) {
    telemetry.gauge(MeterName.INVITES_IN_FLIGHT, inFlight, source);
    telemetry.gauge(MeterName.INVITES_WAITING, waiting, source);
    telemetry.gauge(MeterName.LEDGER_SPAN, ledgerSpan, source);
    telemetry.gauge(MeterName.OLDEST_UNSETTLED, oldestUnsettledSeconds, source);
    telemetry.gauge(MeterName.PARTITIONS, partitions, source);
  }

  /** A retry was taken so long after it was due. */
  public void retryLate(Duration late) {
    retryLateness.record(late);
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
    telemetry.counter(MeterName.INVITES_GIVEN_UP, source).increment();
  }

  /** A partition came to this worker after it had no owner for a while. */
  public void ownerless(Duration time) {
    ownerless.record(time);
  }

  public void assigned(int partitions) {
    telemetry.counter(MeterName.REBALANCES, source, "assigned").increment(partitions);
  }

  public void revoked(int partitions) {
    telemetry.counter(MeterName.REBALANCES, source, "revoked").increment(partitions);
  }

  public void lost(int partitions) {
    telemetry.counter(MeterName.REBALANCES, source, "lost").increment(partitions);
  }

  public void committed() {
    telemetry.counter(MeterName.COMMITS, source, "done").increment();
  }

  public void commitFailed() {
    telemetry.counter(MeterName.COMMITS, source, "failed").increment();
  }
}
