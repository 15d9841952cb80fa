package dev.ringpost.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.monitoring.LocalPrometheus.Series;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
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
  static final int HEIGHT = 238;

  private static final int LEFT = 64;
  private static final int TOP = 30;
  private static final int PLOT_WIDTH = WIDTH - LEFT - 12;
  private static final int PLOT_HEIGHT = 112;
  private static final int MAX_LEGENDS = 8;
  private static final int LEGENDS_IN_A_ROW = 2;

  private static final int LEGEND_WIDTH = 208;
  private static final int LEGEND_LENGTH = 38;

  /** Grafana's names of the colours of thresholds. */
  private static final Map<String, String> NAMED =
      Map.of("red", "#e02f44", "orange", "#ff780a", "green", "#56a64b");

  private static final String PLAIN = "#3274d9";

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
    return "<text x='%d' y='%d' font-size='40' text-anchor='middle' fill='%s'>%s</text>"
        .formatted(WIDTH / 2, HEIGHT / 2 + 20, judged(last), escaped(scale().write(last)));
  }

  /** The colour of the last threshold that a value has reached. */
  private String judged(double value) {
    String colour = PLAIN;
    for (JsonNode step : steps()) {
      if (step.path("value").isNull() || value >= step.path("value").asDouble()) {
        colour = NAMED.getOrDefault(step.path("color").asText(), PLAIN);
      }
    }
    return colour;
  }

  private JsonNode steps() {
    return panel.at("/fieldConfig/defaults/thresholds/steps");
  }

  /** Those that Grafana draws as lines, where the panel asks for it. */
  private String thresholds(double top) {
    if (panel.at("/fieldConfig/defaults/custom/thresholdsStyle").isMissingNode()) {
      return "";
    }
    StringBuilder svg = new StringBuilder();
    for (JsonNode step : steps()) {
      double value = step.path("value").asDouble();
      if (value > 0 && value <= top) {
        svg.append(
            "<path d='M%d,%s h%d' stroke='%s' stroke-dasharray='4 3'/>"
                .formatted(
                    LEFT,
                    place(TOP + PLOT_HEIGHT * (1 - value / top)),
                    PLOT_WIDTH,
                    NAMED.getOrDefault(step.path("color").asText(), PLAIN)));
      }
    }
    return svg.toString();
  }

  /** Each line on top of those before it, where the panel is stacked; else as they are. */
  private List<NavigableMap<Double, Double>> drawn(List<Integer> order) {
    boolean stacked =
        panel.at("/fieldConfig/defaults/custom/stacking/mode").asText().equals("normal");
    List<NavigableMap<Double, Double>> drawn = new ArrayList<>();
    Map<Double, Double> below = new HashMap<>();
    for (int i : order) {
      NavigableMap<Double, Double> points = new TreeMap<>();
      lines
          .get(i)
          .points()
          .forEach(
              (at, value) -> {
                if (Double.isFinite(value)) {
                  points.put(at, stacked ? below.merge(at, value, Double::sum) : value);
                }
              });
      drawn.add(points);
    }
    return drawn;
  }

  private String chart() {
    List<Integer> shown =
        IntStream.range(0, lines.size())
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -sum(lines.get(i))))
            .limit(MAX_LEGENDS)
            .toList();
    List<NavigableMap<Double, Double>> drawn = drawn(shown);
    double top =
        drawn.stream()
            .flatMap(points -> points.values().stream())
            .max(Comparator.naturalOrder())
            .filter(value -> value > 0)
            .orElse(1.0);
    StringBuilder svg = new StringBuilder(axes(scale().write(0), scale().write(top)));
    svg.append(thresholds(top));
    for (int i = shown.size() - 1; i >= 0; i--) {
      String colour = COLOURS.get(i);
      svg.append(path(drawn.get(i), top, colour));
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

  private String path(NavigableMap<Double, Double> line, double top, String colour) {
    StringBuilder points = new StringBuilder();
    line.forEach(
        (at, value) ->
            points
                .append(points.isEmpty() ? "M" : "L")
                .append(place(x(at)))
                .append(',')
                .append(place(TOP + PLOT_HEIGHT * (1 - value / top))));
    if (points.isEmpty()) {
      return "";
    }
    String floor = "V%d H%s Z".formatted(TOP + PLOT_HEIGHT, place(x(line.firstKey())));
    return "<path d='%s%s' fill='%s' fill-opacity='0.15'/>".formatted(points, floor, colour)
        + "<path d='%s' fill='none' stroke='%s' stroke-width='1.5'/>".formatted(points, colour);
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
