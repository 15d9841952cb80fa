package dev.ringpost.bench.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One part of the benchmark as it was run.
 *
 * @param at when it ended
 * @param machine what it ran on, in words
 * @param turns how often each subject was measured, by order
 * @param warmUp pushes of warm-up of each subject before it was measured
 * @param repeated passes that were thrown away because the machine was not quiet
 * @param noisy passes that were kept although it was not
 */
public record Part(
    Instant at,
    String machine,
    int turns,
    int warmUp,
    int repeated,
    int noisy,
    List<Series> series) {

  public Part {
    series = List.copyOf(series);
  }

  /** All settings, in the order in which they were first measured. */
  List<String> settings() {
    return series.stream().map(Series::setting).distinct().toList();
  }

  /** The series of a setting, in the order in which they were first measured. */
  List<Series> in(String setting) {
    return series.stream().filter(one -> one.setting().equals(setting)).toList();
  }

  /** A collector of passes. Not safe for several threads. */
  public static final class Passes {

    private final Map<String, Series> series = new LinkedHashMap<>();

    /** Adds a pass. */
    public void add(String subject, String setting, Pass pass) {
      series.merge(
          subject + "\n" + setting,
          new Series(subject, setting, List.of()).and(pass),
          (before, _) -> before.and(pass));
    }

    /** All series so far. */
    public List<Series> all() {
      return new ArrayList<>(series.values());
    }
  }
}
