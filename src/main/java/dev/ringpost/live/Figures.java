package dev.ringpost.live;

import dev.ringpost.delivery.Verdict;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.telemetry.DeliveryMeterName;
import dev.ringpost.telemetry.DirectoryMeterName;
import dev.ringpost.telemetry.IntakeMeterName;
import dev.ringpost.telemetry.MeterName;
import dev.ringpost.telemetry.MeterReader;
import dev.ringpost.telemetry.MeterReader.Buckets;
import dev.ringpost.telemetry.MeterReader.Reading;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The figures of the meters at one moment.
 *
 * @param nanos when, on the monotonic clock
 * @param verdicts invites decided since the start, by verdict; every verdict is there
 * @param malformed records that could not be read, since the start
 * @param rings second verdicts since the start, by their word in metrics
 * @param times the histograms since the start
 */
record Figures(
    long nanos,
    Map<String, Long> verdicts,
    long malformed,
    Map<String, Long> rings,
    Map<Time, Buckets> times,
    List<RouteState> routes,
    List<ViewState> views,
    List<ConsumerState> consumers) {

  /** The sources that this worker has a consumer of, as meters and Kafka's client ids name them. */
  private static final List<String> SOURCES = List.of("invites", "retries");

  private static final String CLIENT_PREFIX = "ringpost-";

  /**
   * The state of a way to APNs.
   *
   * @param app its apps, as meters name them
   * @param canary 1 if the last canary of every app proved the way, 0 if one did not; NaN if there
   *     is none yet, or none at all
   */
  record RouteState(
      String app,
      String environment,
      boolean down,
      double canary,
      double connections,
      double inFlight,
      double limit) {}

  /** The state of a view. */
  record ViewState(String view, boolean loaded, double entries, double lag, double behindSeconds) {}

  /**
   * The state of a consumer.
   *
   * @param lag records behind on the partition where they are most, empty until Kafka's client
   *     knows
   */
  record ConsumerState(
      String source,
      double partitions,
      OptionalDouble lag,
      double inFlight,
      double waiting,
      double oldestSeconds) {}

  Figures {
    verdicts = Collections.unmodifiableMap(new LinkedHashMap<>(verdicts));
    rings = Collections.unmodifiableMap(new LinkedHashMap<>(rings));
    times = Map.copyOf(times);
    routes = List.copyOf(routes);
    views = List.copyOf(views);
    consumers = List.copyOf(consumers);
  }

  static Figures of(MeterReader meters, long nanos) {
    Map<String, Long> verdicts = new LinkedHashMap<>();
    Arrays.stream(Verdict.values()).forEach(verdict -> verdicts.put(verdict.wire(), 0L));
    verdicts.putAll(counts(meters, DeliveryMeterName.INVITES));
    long malformed =
        counts(meters, DeliveryMeterName.INVITES_MALFORMED).values().stream()
            .mapToLong(Long::longValue)
            .sum();
    Map<Time, Buckets> times = new EnumMap<>(Time.class);
    for (Time time : Time.values()) {
      times.put(time, meters.buckets(time.meter()));
    }
    return new Figures(
        nanos,
        verdicts,
        malformed,
        counts(meters, DeliveryMeterName.RING_VERDICTS),
        times,
        routes(meters),
        views(meters),
        SOURCES.stream().map(source -> consumer(meters, source)).toList());
  }

  /** Invites decided since the start. */
  long calls() {
    return verdicts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static Map<String, Long> counts(MeterReader meters, MeterName name) {
    Map<String, Long> counts = new LinkedHashMap<>();
    meters.readings(name).stream()
        .sorted((a, b) -> a.tags().getFirst().compareTo(b.tags().getFirst()))
        .forEach(reading -> counts.put(reading.tags().getFirst(), Math.round(reading.value())));
    return counts;
  }

  private static List<RouteState> routes(MeterReader meters) {
    Map<List<String>, Double> canaries = byTags(meters, ApnsMeterName.APNS_CANARY);
    Map<List<String>, Double> open = byTags(meters, ApnsMeterName.APNS_CONNECTIONS_OPEN);
    Map<List<String>, Double> inFlight = byTags(meters, ApnsMeterName.APNS_IN_FLIGHT);
    Map<List<String>, Double> limit = byTags(meters, ApnsMeterName.APNS_STREAM_LIMIT);
    return byTags(meters, ApnsMeterName.APNS_ROUTE_DOWN).entrySet().stream()
        .sorted((a, b) -> String.join(" ", a.getKey()).compareTo(String.join(" ", b.getKey())))
        .map(
            route ->
                new RouteState(
                    route.getKey().getFirst(),
                    route.getKey().getLast(),
                    route.getValue() > 0,
                    canary(route.getKey(), canaries),
                    get(open, route.getKey()),
                    get(inFlight, route.getKey()),
                    get(limit, route.getKey())))
        .toList();
  }

  /** The worst of the canaries of a route's apps: each app has one, a route may have many apps. */
  private static double canary(List<String> route, Map<List<String>, Double> canaries) {
    return Arrays.stream(route.getFirst().split(",", -1))
        .mapToDouble(app -> get(canaries, List.of(app, route.getLast())))
        .min()
        .orElse(Double.NaN);
  }

  private static List<ViewState> views(MeterReader meters) {
    Map<List<String>, Double> entries = byTags(meters, DirectoryMeterName.VIEW_ENTRIES);
    Map<List<String>, Double> lag = byTags(meters, DirectoryMeterName.VIEW_LAG);
    Map<List<String>, Double> behind = byTags(meters, DirectoryMeterName.VIEW_BEHIND);
    return byTags(meters, DirectoryMeterName.VIEW_LOADED).entrySet().stream()
        .sorted((a, b) -> a.getKey().getFirst().compareTo(b.getKey().getFirst()))
        .map(
            view ->
                new ViewState(
                    view.getKey().getFirst(),
                    view.getValue() > 0,
                    get(entries, view.getKey()),
                    get(lag, view.getKey()),
                    get(behind, view.getKey())))
        .toList();
  }

  private static ConsumerState consumer(MeterReader meters, String source) {
    List<String> tags = List.of(source);
    return new ConsumerState(
        source,
        get(byTags(meters, IntakeMeterName.PARTITIONS), tags),
        meters.lag(CLIENT_PREFIX + source),
        get(byTags(meters, IntakeMeterName.INVITES_IN_FLIGHT), tags),
        get(byTags(meters, IntakeMeterName.INVITES_WAITING), tags),
        get(byTags(meters, IntakeMeterName.OLDEST_UNSETTLED), tags));
  }

  private static Map<List<String>, Double> byTags(MeterReader meters, MeterName name) {
    Map<List<String>, Double> values = new LinkedHashMap<>();
    for (Reading reading : meters.readings(name)) {
      values.put(reading.tags(), reading.value());
    }
    return values;
  }

  private static double get(Map<List<String>, Double> values, List<String> tags) {
    return values.getOrDefault(tags, Double.NaN);
  }
}
