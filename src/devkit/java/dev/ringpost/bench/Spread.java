package dev.ringpost.bench;

import java.util.List;
import java.util.stream.Stream;

/** The form in which figures are reported: median [least-greatest]. */
final class Spread {

  private Spread() {}

  static String of(String format, Stream<Double> figures) {
    List<Double> sorted = figures.sorted().toList();
    return (format + " [" + format + "-" + format + "]")
        .formatted(sorted.get(sorted.size() / 2), sorted.getFirst(), sorted.getLast());
  }
}
