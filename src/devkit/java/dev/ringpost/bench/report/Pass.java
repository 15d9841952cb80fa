package dev.ringpost.bench.report;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** The raw figures of one pass. Not safe for several threads. */
public final class Pass {

  private final Map<Figure, Double> figures = new EnumMap<>(Figure.class);

  /** Adds a figure, or replaces it. */
  public Pass put(Figure figure, double value) {
    figures.put(figure, value);
    return this;
  }

  /** A figure; NaN if it was not measured. */
  public double get(Figure figure) {
    return figures.getOrDefault(figure, Double.NaN);
  }

  void forEach(BiConsumer<Figure, Double> action) {
    figures.forEach(action);
  }
}
