package dev.ringpost.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.monitoring.LocalPrometheus.Series;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * One panel as SVG: a number, lines or a heat map. Not Grafana's own drawing, but the same data.
 *
 * @param legends what each line is called, in the order of {@code lines}
 */
record PanelPicture(
    JsonNode panel, List<String> legends, List<Series> lines, Instant from, Instant to) {

  static final int WIDTH = 480;
  static final int HEIGHT = 200;

  private static final int LEFT = 64;
  private static final int TOP = 30;
  private static final int PLOT_WIDTH = WIDTH - LEFT - 12;
  private static final int PLOT_HEIGHT = 112;
  private static final int MAX_LEGENDS = 6;
  private static final int LEGENDS_IN_A_ROW = 3;

  private static final int LEGEND_WIDTH = 138;
  private static final int LEGEND_LENGTH = 24;

  private static final List<String> COLOURS =
      List.of(
          "#3274d9", "#e02f44", "#56a64b", "#ff780a", "#8f3bb8", "#0a8f8f", "#b8860b", "#555555");

  private static final Pattern VARIABLE = Pattern.compile("\\{\\{(\\w+)}}");

  /** What Grafana would call a line. */
  static String legend(String format, Map<String, String> labels) {
    return VARIABLE
        .matcher(format)
        .replaceAll(found -> Matcher.quoteReplacement(labels.getOrDefault(found.group(1), "")));
  }

  /** The panel with its upper left corner at a place. */
  String at(int x, int y) {
    return "<g transform='translate(%d,%d)'><rect width='%d' height='%d' fill='#ffffff' stroke='#d8d9da'/>"
            .formatted(x, y, WIDTH, HEIGHT)
        + "<text x='10' y='19' font-weight='bold'>%s</text>"
            .formatted(escaped(panel.get("title").asText()))
        + switch (panel.get("type").asText()) {
          case "stat" -> number();
          case "heatmap" -> heatMap();
          default -> chart();
        }
        + "</g>\n";
  }

  private Scale scale() {
    return Scale.of(panel.at("/fieldConfig/defaults/unit").asText());
  }

  private String number() {
    double last =
        lines.stream()
            .flatMap(line -> line.points().descendingMap().values().stream())
            .filter(Double::isFinite)
            .findFirst()
            .orElse(Double.NaN);
    return "<text x='%d' y='%d' font-size='40' text-anchor='middle' fill='#3274d9'>%s</text>"
        .formatted(WIDTH / 2, HEIGHT / 2 + 20, escaped(scale().write(last)));
  }

  private String chart() {
    double top =
        lines.stream()
            .flatMap(line -> line.points().values().stream())
            .filter(Double::isFinite)
            .max(Comparator.naturalOrder())
            .filter(value -> value > 0)
            .orElse(1.0);
    StringBuilder svg = new StringBuilder(axes(scale().write(0), scale().write(top)));
    List<Integer> shown =
        IntStream.range(0, lines.size())
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -sum(lines.get(i))))
            .limit(MAX_LEGENDS)
            .toList();
    for (int i = 0; i < shown.size(); i++) {
      String colour = COLOURS.get(i);
      svg.append(path(lines.get(shown.get(i)), top, colour));
      svg.append(
          "<text x='%d' y='%d' font-size='9.5' fill='%s'>%s</text>"
              .formatted(
                  LEFT + (i % LEGENDS_IN_A_ROW) * LEGEND_WIDTH,
                  TOP + PLOT_HEIGHT + 30 + (i / LEGENDS_IN_A_ROW) * 14,
                  colour,
                  escaped(shortened(legends.get(shown.get(i))))));
    }
    return svg.toString();
  }

  private static double sum(Series line) {
    return line.points().values().stream()
        .filter(Double::isFinite)
        .mapToDouble(Double::doubleValue)
        .sum();
  }

  private String path(Series line, double top, String colour) {
    StringBuilder points = new StringBuilder();
    line.points()
        .forEach(
            (at, value) -> {
              if (Double.isFinite(value)) {
                points
                    .append(points.isEmpty() ? "M" : "L")
                    .append(place(x(at)))
                    .append(',')
                    .append(place(TOP + PLOT_HEIGHT * (1 - value / top)));
              }
            });
    return points.isEmpty()
        ? ""
        : "<path d='%s' fill='none' stroke='%s' stroke-width='1.5'/>".formatted(points, colour);
  }

  /**
   * Rows are buckets of time, which Prometheus counts from below, so each is less the one under it.
   */
  private String heatMap() {
    List<Series> buckets =
        lines.stream().sorted(Comparator.comparingDouble(PanelPicture::bound)).toList();
    StringBuilder svg = new StringBuilder(axes("", ""));
    double rows = buckets.size();
    double most = 1;
    for (int pass = 0; pass < 2; pass++) {
      for (int row = 0; row < buckets.size(); row++) {
        for (var point : buckets.get(row).points().entrySet()) {
          double below =
              row == 0 ? 0 : buckets.get(row - 1).points().getOrDefault(point.getKey(), 0.0);
          double count = Math.max(0, point.getValue() - below);
          if (pass == 0) {
            most = Math.max(most, count);
          } else if (count > 0.01 * most) {
            svg.append(cell(point.getKey(), row, rows, count / most));
          }
        }
      }
    }
    for (int row = 0; row < buckets.size(); row += 3) {
      double bound = bound(buckets.get(row));
      svg.append(
          "<text x='%d' y='%s' font-size='10' text-anchor='end'>%s</text>"
              .formatted(
                  LEFT - 6,
                  place(TOP + PLOT_HEIGHT * (1 - (row + 0.5) / rows) + 3),
                  Double.isInfinite(bound) ? "more" : escaped(Scale.SECONDS.write(bound))));
    }
    return svg.toString();
  }

  private static double bound(Series bucket) {
    String bound = bucket.labels().getOrDefault("le", "+Inf");
    return Double.parseDouble(bound.replace("+Inf", "Infinity"));
  }

  private String cell(double at, int row, double rows, double share) {
    return "<rect x='%s' y='%s' width='%s' height='%s' fill='#ff780a' opacity='%s'/>"
        .formatted(
            place(x(at) - 4),
            place(TOP + PLOT_HEIGHT * (1 - (row + 1) / rows)),
            place(8),
            place(PLOT_HEIGHT / rows),
            place(0.1 + 0.9 * share));
  }

  private String axes(String lowest, String highest) {
    return "<path d='M%d,%d V%d H%d' fill='none' stroke='#9fa7b3'/>"
            .formatted(LEFT, TOP, TOP + PLOT_HEIGHT, LEFT + PLOT_WIDTH)
        + "<text x='%d' y='%d' font-size='10' text-anchor='end'>%s</text>"
            .formatted(LEFT - 6, TOP + 8, escaped(highest))
        + "<text x='%d' y='%d' font-size='10' text-anchor='end'>%s</text>"
            .formatted(LEFT - 6, TOP + PLOT_HEIGHT, escaped(lowest))
        + "<text x='%d' y='%d' font-size='10' text-anchor='end'>%d s</text>"
            .formatted(LEFT + PLOT_WIDTH, TOP + PLOT_HEIGHT + 13, seconds());
  }

  private long seconds() {
    return to.getEpochSecond() - from.getEpochSecond();
  }

  private double x(double at) {
    return LEFT + PLOT_WIDTH * (at - from.getEpochSecond()) / seconds();
  }

  private static String place(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }

  private static String shortened(String legend) {
    return legend.length() > LEGEND_LENGTH ? legend.substring(0, LEGEND_LENGTH - 1) + "…" : legend;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;");
  }
}
