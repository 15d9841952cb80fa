package dev.ringpost.telemetry;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/**
 * A reader of what meters show, for who shows the same figures elsewhere. Safe for many threads;
 * each question looks through all meters, so it is for a few questions a second.
 */
public final class MeterReader {

  /** Kafka's own gauge: the most records that a partition of a consumer is behind. */
  private static final String LAG = "kafka.consumer.fetch.manager.records.lag.max";

  private static final String CLIENT = "client.id";

  private final MeterRegistry registry;

  public MeterReader(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * The value of one counter or gauge.
   *
   * @param tags the tag values, in the order of {@link MeterName#tags()}
   * @param value NaN where there is none yet
   */
  public record Reading(List<String> tags, double value) {

    public Reading {
      tags = List.copyOf(tags);
    }
  }

  /**
   * The histogram of a timer since the worker's start.
   *
   * @param counts for each of {@link Telemetry#BUCKETS}, how many times were at most so long
   * @param count how many times there were
   */
  public record Buckets(List<Long> counts, long count) {

    public Buckets {
      counts = List.copyOf(counts);
    }

    /** The histogram before the first time. */
    public static final Buckets EMPTY =
        new Buckets(Telemetry.BUCKETS.stream().map(_ -> 0L).toList(), 0);
  }

  /** All counters or gauges of a name; empty before the first one is registered. */
  public List<Reading> readings(MeterName name) {
    return meters(name).stream()
        .map(meter -> new Reading(tags(name, meter), value(meter)))
        .toList();
  }

  /** The histogram of a timer without tags. */
  public Buckets buckets(MeterName name) {
    return meters(name).stream()
        .filter(Timer.class::isInstance)
        .map(Timer.class::cast)
        .map(MeterReader::buckets)
        .findFirst()
        .orElse(Buckets.EMPTY);
  }

  /** How many records a consumer is behind on the partition where they are most, if it knows. */
  public OptionalDouble lag(String clientId) {
    return registry.find(LAG).tag(CLIENT, clientId).meters().stream()
        .mapToDouble(MeterReader::value)
        .filter(Double::isFinite)
        .max();
  }

  private Collection<Meter> meters(MeterName name) {
    return registry.find(name.meter()).meters();
  }

  private static List<String> tags(MeterName name, Meter meter) {
    return name.tags().stream()
        .map(key -> Objects.requireNonNullElse(meter.getId().getTag(key), ""))
        .toList();
  }

  private static double value(Meter meter) {
    return StreamSupport.stream(meter.measure().spliterator(), false)
        .mapToDouble(Measurement::getValue)
        .findFirst()
        .orElse(Double.NaN);
  }

  private static Buckets buckets(Timer timer) {
    HistogramSnapshot shown = timer.takeSnapshot();
    CountAtBucket[] counted = shown.histogramCounts();
    return new Buckets(
        Telemetry.BUCKETS.stream().map(bound -> (long) upTo(counted, bound)).toList(),
        shown.count());
  }

  private static double upTo(CountAtBucket[] counted, Duration bound) {
    return Arrays.stream(counted)
        .filter(it -> it.bucket(TimeUnit.NANOSECONDS) == bound.toNanos())
        .mapToDouble(CountAtBucket::count)
        .findFirst()
        .orElse(0);
  }
}
