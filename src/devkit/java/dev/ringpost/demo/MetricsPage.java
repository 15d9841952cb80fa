package dev.ringpost.demo;

import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A worker's page of metrics, in Prometheus' text form. */
record MetricsPage(String text) {

  /** A counter with one label, by that label's values; those at zero are left out. */
  Map<String, Long> counter(String name, String label) {
    return samples(name, label)
        .filter(sample -> number(sample) > 0)
        .collect(
            Collectors.toMap(
                sample -> sample.group(1), MetricsPage::number, Long::sum, TreeMap::new));
  }

  /** How many times a timer has measured. */
  long count(String timer) {
    NavigableMap<Double, Long> buckets = buckets(timer);
    return buckets.isEmpty() ? 0 : buckets.lastEntry().getValue();
  }

  /**
   * The time below which {@code percent} of a timer's measurements lie, estimated as Prometheus'
   * {@code histogram_quantile} does: evenly spread within a bucket.
   */
  Duration at(String timer, int percent) {
    double rank = count(timer) * percent / 100.0;
    double from = 0;
    long below = 0;
    for (var bucket : buckets(timer).entrySet()) {
      double upTo = bucket.getKey();
      if (bucket.getValue() >= rank && bucket.getValue() > below) {
        double share = (rank - below) / (bucket.getValue() - below);
        double seconds = Double.isInfinite(upTo) ? from : from + (upTo - from) * share;
        return Duration.ofNanos(Math.round(seconds * 1e9));
      }
      from = upTo;
      below = bucket.getValue();
    }
    return Duration.ZERO;
  }

  /** Measurements up to each bound, in seconds. */
  private NavigableMap<Double, Long> buckets(String timer) {
    return samples(timer + "_bucket", "le")
        .collect(
            Collectors.toMap(
                sample -> Double.valueOf(sample.group(1).replace("+Inf", "Infinity")),
                MetricsPage::number,
                Long::sum,
                TreeMap::new));
  }

  private Stream<MatchResult> samples(String name, String label) {
    return Pattern.compile(
            "^%s\\{%s=\"([^\"]*)\"} (\\d+)".formatted(name, label), Pattern.MULTILINE)
        .matcher(text)
        .results();
  }

  private static long number(MatchResult sample) {
    return Long.parseLong(sample.group(2));
  }
}
