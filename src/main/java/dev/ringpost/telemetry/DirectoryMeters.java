package dev.ringpost.telemetry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** What is measured of the views of the token topics. Safe for many threads. */
public final class DirectoryMeters {

  private final Telemetry telemetry;

  public DirectoryMeters(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  /** Shows a view from now on; each supplier is asked at every scrape, from any thread. */
  public void show(
      String view,
      LongSupplier entries,
      LongSupplier bytes,
      LongSupplier lag,
      Supplier<Duration> behind,
      BooleanSupplier loaded) {
    telemetry.gauge(MeterName.VIEW_ENTRIES, entries::getAsLong, view);
    telemetry.gauge(MeterName.VIEW_BYTES, bytes::getAsLong, view);
    telemetry.gauge(MeterName.VIEW_LAG, lag::getAsLong, view);
    telemetry.gauge(MeterName.VIEW_BEHIND, () -> seconds(behind.get()), view);
    telemetry.gauge(MeterName.VIEW_LOADED, () -> loaded.getAsBoolean() ? 1 : 0, view);
  }

  /** Publishes a consumer's own metrics until what it returns is closed. */
  public KafkaClientWatch watch(Consumer<?, ?> consumer) {
    return telemetry.watch(consumer);
  }

  /** Shows from now on that no record of a view was skipped for one of these reasons yet. */
  public void maySkip(String view, List<String> reasons) {
    reasons.forEach(reason -> telemetry.counter(MeterName.VIEW_SKIPPED, view, reason));
  }

  /** A record gave no entry. */
  public void skipped(String view, String reason) {
    telemetry.counter(MeterName.VIEW_SKIPPED, view, reason).increment();
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
