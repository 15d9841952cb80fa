package dev.ringpost.bench.report;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The median of some figures, with the least and the greatest.
 *
 * @param median the middle one; of an even number the mean of the two in the middle
 */
public record Spread(double median, double least, double greatest) {

  /** The spread of figures, each of them finite; empty of none. */
  public static Optional<Spread> of(Collection<Double> figures) {
    if (figures.isEmpty()) {
      return Optional.empty();
    }
    List<Double> sorted = figures.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return Optional.of(new Spread(median, sorted.getFirst(), sorted.getLast()));
  }

  /** The form in which figures are reported: {@code median [least-greatest]}. */
  public String line(String format) {
    return String.format(
        Locale.ROOT, format + " [" + format + "-" + format + "]", median, least, greatest);
  }
}
