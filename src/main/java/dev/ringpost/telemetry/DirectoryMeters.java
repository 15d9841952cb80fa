package dev.ringpost.telemetry;

import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** The meters of the views of tokens and signals. Safe for many threads. */
public final class DirectoryMeters {

  /** The end of a try to write a snapshot. */
  public enum SnapshotWrite {
    WRITTEN("written"),
    ELSEWHERE("elsewhere"),
    FAILED("failed");

    private final String tag;

    SnapshotWrite(String tag) {
      this.tag = tag;
    }
  }

  private final Telemetry telemetry;
  private final Counter signalsForgotten;
  private final Timer ringThrough;

  public DirectoryMeters(Telemetry telemetry) {
    this.telemetry = telemetry;
    this.signalsForgotten = telemetry.counter(DirectoryMeterName.SIGNALS_FORGOTTEN);
    this.ringThrough = telemetry.timer(DirectoryMeterName.RING_THROUGH);
  }

  /** Shows a view from now on; each supplier is asked at every scrape, from any thread. */
  public void show(
      String view,
      LongSupplier entries,
      LongSupplier lag,
      Supplier<Duration> behind,
      BooleanSupplier loaded,
      LongSupplier unreadable,
      IntSupplier unreadPartitions) {
    telemetry.gauge(DirectoryMeterName.VIEW_ENTRIES, entries::getAsLong, view);
    telemetry.gauge(DirectoryMeterName.VIEW_LAG, lag::getAsLong, view);
    telemetry.gauge(DirectoryMeterName.VIEW_BEHIND, () -> seconds(behind.get()), view);
    telemetry.gauge(DirectoryMeterName.VIEW_LOADED, () -> loaded.getAsBoolean() ? 1 : 0, view);
    telemetry.gauge(DirectoryMeterName.VIEW_UNREADABLE, unreadable::getAsLong, view);
    telemetry.gauge(DirectoryMeterName.VIEW_UNREAD_PARTITIONS, unreadPartitions::getAsInt, view);
  }

  /** Shows a view that is a table, also at every scrape. */
  public void showTable(String view, LongSupplier bytes, LongSupplier splitKeys) {
    telemetry.gauge(DirectoryMeterName.VIEW_BYTES, bytes::getAsLong, view);
    telemetry.gauge(DirectoryMeterName.VIEW_SPLIT_KEYS, splitKeys::getAsLong, view);
  }

  /**
   * Shows the snapshots of a view.
   *
   * @param age of the newest one in seconds, asked at every scrape
   * @param bytes of its file, likewise
   * @param interval from one to the next
   * @param reasons why one may be refused
   */
  public void showSnapshots(
      String view,
      Duration interval,
      Supplier<OptionalDouble> age,
      Supplier<OptionalDouble> bytes,
      List<String> reasons) {
    telemetry.gauge(DirectoryMeterName.VIEW_SNAPSHOT_AGE, () -> age.get().orElse(Double.NaN), view);
    telemetry.gauge(DirectoryMeterName.VIEW_SNAPSHOT_INTERVAL, () -> seconds(interval), view);
    telemetry.gauge(
        DirectoryMeterName.VIEW_SNAPSHOT_SIZE, () -> bytes.get().orElse(Double.NaN), view);
    for (SnapshotWrite end : SnapshotWrite.values()) {
      telemetry.counter(DirectoryMeterName.VIEW_SNAPSHOT_WRITES, view, end.tag);
    }
    reasons.forEach(
        reason -> telemetry.counter(DirectoryMeterName.VIEW_SNAPSHOT_REFUSED, view, reason));
  }

  /** A try to write a snapshot ended. */
  public void snapshotWrite(String view, SnapshotWrite end) {
    telemetry.counter(DirectoryMeterName.VIEW_SNAPSHOT_WRITES, view, end.tag).increment();
  }

  /** A snapshot was not used. */
  public void snapshotRefused(String view, String reason) {
    telemetry.counter(DirectoryMeterName.VIEW_SNAPSHOT_REFUSED, view, reason).increment();
  }

  /** Publishes a consumer's own metrics until what it returns is closed. */
  public KafkaClientWatch watch(Consumer<?, ?> consumer) {
    return telemetry.watch(consumer);
  }

  /** Shows from now on that no record of a view was skipped for one of these reasons yet. */
  public void registerUnusable(String view, List<String> reasons) {
    reasons.forEach(reason -> telemetry.counter(DirectoryMeterName.VIEW_SKIPPED, view, reason));
  }

  /** A record was skipped. */
  public void unusable(String view, String reason) {
    telemetry.counter(DirectoryMeterName.VIEW_SKIPPED, view, reason).increment();
  }

  /** Shows the counters of these types of signals, before the first one is read. */
  public void signalTypes(List<String> types) {
    types.forEach(type -> telemetry.counter(DirectoryMeterName.SIGNALS, type));
  }

  /** A signal was read. */
  public void signal(String type) {
    telemetry.counter(DirectoryMeterName.SIGNALS, type).increment();
  }

  /** Signals had to be forgotten before their time. */
  public void signalsForgotten(int count) {
    signalsForgotten.increment(count);
  }

  /** A device rings, this long after a push to it was written. */
  public void rangThrough(Duration time) {
    ringThrough.record(time);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
