package dev.ringpost.telemetry;

import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** The meters of the gateway. Safe for many threads. */
public final class GatewayMeters {

  /** The end of a try to tell a verdict to the webhook. */
  public enum Webhook {
    TOLD("told"),
    TRIED_AGAIN("tried_again"),
    DROPPED("dropped");

    private final String tag;

    Webhook(String tag) {
      this.tag = tag;
    }
  }

  /** A reader of results. */
  public enum Reader {
    VERDICTS("verdicts"),
    WEBHOOK("webhook");

    private final String tag;

    Reader(String tag) {
      this.tag = tag;
    }

    /** What it is called in metrics and logs. */
    public String word() {
      return tag;
    }
  }

  private final Telemetry telemetry;
  private final Timer verdict;
  private final CounterFamily<Webhook> webhooks;
  private final CounterFamily<Reader> unreadable;
  private final Counter removed;

  public GatewayMeters(Telemetry telemetry) {
    this.telemetry = telemetry;
    this.verdict = telemetry.timer(GatewayMeterName.VERDICT);
    this.webhooks =
        new CounterFamily<>(
            Webhook.class, end -> telemetry.counter(GatewayMeterName.WEBHOOKS, end.tag));
    this.unreadable =
        new CounterFamily<>(
            Reader.class, reader -> telemetry.counter(GatewayMeterName.UNREADABLE, reader.tag));
    this.removed = telemetry.counter(GatewayMeterName.REMOVED);
  }

  /** Shows whether the gateway is ready; {@code ready} is asked at each scrape. */
  public void ready(BooleanSupplier ready) {
    telemetry.gauge(GatewayMeterName.READY, () -> ready.getAsBoolean() ? 1 : 0);
  }

  /** A request was answered. */
  public void answered(String route, int status) {
    telemetry.counter(GatewayMeterName.REQUESTS, route, Integer.toString(status)).increment();
  }

  /** A verdict came while its client waited. */
  public void verdict(Duration took) {
    verdict.record(took);
  }

  /**
   * Shows how many clients wait.
   *
   * @param clients asked at each scrape
   * @param limit how many may wait at once
   */
  public void waiting(IntSupplier clients, int limit) {
    telemetry.gauge(GatewayMeterName.WAITING, clients::getAsInt);
    telemetry.gauge(GatewayMeterName.WAITING_LIMIT, () -> limit);
  }

  /** Shows how many streams of events are open; {@code open} is asked at each scrape. */
  public void streams(IntSupplier open) {
    telemetry.gauge(GatewayMeterName.STREAMS, open::getAsInt);
  }

  /** Shows how many calls are remembered; {@code calls} is asked at each scrape. */
  public void remembered(IntSupplier calls) {
    telemetry.gauge(GatewayMeterName.REMEMBERED, calls::getAsInt);
  }

  /** A try to tell a verdict ended. */
  public void webhook(Webhook end) {
    webhooks.increment(end);
  }

  /**
   * Shows how far behind the webhook is.
   *
   * @param seconds the age of its oldest verdict that is not told, asked at each scrape
   */
  public void webhookBehind(DoubleSupplier seconds) {
    telemetry.gauge(GatewayMeterName.WEBHOOK_BEHIND, seconds::getAsDouble);
  }

  /** Offsets of the results were removed before they were read for the webhook. */
  public void removed(long offsets) {
    removed.increment((double) offsets);
  }

  /** Offsets of the results could not be read and were passed. */
  public void unreadable(Reader reader, long offsets) {
    unreadable.increment(reader, Math.toIntExact(offsets));
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
