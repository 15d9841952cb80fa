package dev.ringpost.bench.report;

import java.util.List;
import java.util.Locale;

/**
 * A chart of bars that lie one below the other, as SVG: each as long as its median, with a line
 * from the least to the greatest.
 *
 * @param title what the bars show, with its unit
 * @param format how a figure is written
 */
public record BarChart(String title, String format, List<Bar> bars) {

  /** One bar. */
  public record Bar(String label, Spread spread) {}

  private static final int WIDTH = 860;
  private static final int LEFT = 290;
  private static final int RIGHT = 110;
  private static final int TOP = 34;
  private static final int STEP = 24;
  private static final int THICKNESS = 14;
  private static final int BOTTOM = 10;
  private static final String OURS = "#3274d9";
  private static final String OTHERS = "#9fa7b3";

  public BarChart {
    bars = List.copyOf(bars);
  }

  /** Several charts below one another, a file of their own. */
  public static String page(List<BarChart> charts) {
    var svg = new StringBuilder();
    int height = 0;
    for (BarChart chart : charts) {
      svg.append(chart.at(height));
      height += chart.height();
    }
    return "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %1$d %2$d' width='%1$d' height='%2$d' font-family='sans-serif' font-size='13'>\n<rect width='100%%' height='100%%' fill='#ffffff'/>\n"
            .formatted(WIDTH, height)
        + svg
        + "</svg>\n";
  }

  private int height() {
    return TOP + bars.size() * STEP + BOTTOM;
  }

  private String at(int y) {
    var svg =
        new StringBuilder(
            "<g transform='translate(0,%d)'><text x='12' y='22' font-weight='bold'>%s</text>\n"
                .formatted(y, escaped(title)));
    for (int n = 0; n < bars.size(); n++) {
      svg.append(bar(bars.get(n), TOP + n * STEP));
    }
    return svg.append("</g>\n").toString();
  }

  private String bar(Bar bar, int y) {
    Spread spread = bar.spread();
    double middle = y + THICKNESS / 2.0;
    return "<text x='%d' y='%d' text-anchor='end'>%s</text>"
            .formatted(LEFT - 8, y + 12, escaped(bar.label()))
        + "<rect x='%d' y='%d' width='%s' height='%d' fill='%s'/>"
            .formatted(
                LEFT,
                y,
                place(length(spread.median())),
                THICKNESS,
                bar.label().contains("Ringpost") ? OURS : OTHERS)
        + "<path d='M%s,%s H%s' stroke='#222222'/>"
            .formatted(
                place(LEFT + length(spread.least())),
                place(middle),
                place(LEFT + length(spread.greatest())))
        + "<text x='%s' y='%d'>%s</text>\n"
            .formatted(
                place(LEFT + length(spread.greatest()) + 8),
                y + 12,
                escaped(String.format(Locale.ROOT, format, spread.median())));
  }

  private double length(double figure) {
    double greatest = bars.stream().mapToDouble(bar -> bar.spread().greatest()).max().orElse(0);
    return greatest <= 0 ? 0 : Math.max(0, figure) / greatest * (WIDTH - LEFT - RIGHT);
  }

  private static String place(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;");
  }
}
