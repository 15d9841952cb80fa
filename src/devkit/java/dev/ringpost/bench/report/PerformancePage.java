package dev.ringpost.bench.report;

import static dev.ringpost.bench.report.Figure.ALLOCATED;
import static dev.ringpost.bench.report.Figure.APNS;
import static dev.ringpost.bench.report.Figure.BROKER;
import static dev.ringpost.bench.report.Figure.BROKER_AT_REST;
import static dev.ringpost.bench.report.Figure.CPU;
import static dev.ringpost.bench.report.Figure.CPU_AT_REST;
import static dev.ringpost.bench.report.Figure.CPU_TO_BARE;
import static dev.ringpost.bench.report.Figure.FIRST_PUSH;
import static dev.ringpost.bench.report.Figure.FRESH;
import static dev.ringpost.bench.report.Figure.P50;
import static dev.ringpost.bench.report.Figure.P50_OVER_FLOOR;
import static dev.ringpost.bench.report.Figure.P95;
import static dev.ringpost.bench.report.Figure.P99;
import static dev.ringpost.bench.report.Figure.RANG_OF_OUTAGE;
import static dev.ringpost.bench.report.Figure.RATE;
import static dev.ringpost.bench.report.Figure.RATE_TO_BARE;
import static dev.ringpost.bench.report.Figure.SETTLED;
import static dev.ringpost.bench.report.Figure.STALE;
import static dev.ringpost.bench.report.Figure.WORST_P99;
import static dev.ringpost.bench.report.Figure.WORST_P99_AFTER;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The part of {@code docs/performance.md} that is made from the raw figures: tables, and bars to go
 * with them.
 */
public final class PerformancePage {

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  /** The first word of what Ringpost is called. */
  private static final String OURS = "Ringpost";

  /** The parts as they are shown. */
  private enum Shown {
    RATES("rate"),
    DELAYS("delay"),
    REST("rest"),
    STALE_INVITES("stale"),
    OUTAGE("outage");

    private final String part;

    Shown(String part) {
      this.part = part;
    }

    private List<Figure> columns() {
      return switch (this) {
        case RATES -> List.of(RATE, RATE_TO_BARE, CPU, CPU_TO_BARE, ALLOCATED, BROKER, APNS);
        case DELAYS -> List.of(P50, P95, P99, P50_OVER_FLOOR);
        case REST -> List.of(CPU_AT_REST, BROKER_AT_REST);
        case STALE_INVITES -> List.of(FRESH, STALE);
        case OUTAGE -> List.of(FIRST_PUSH, WORST_P99, WORST_P99_AFTER, SETTLED, RANG_OF_OUTAGE);
      };
    }

    private List<Figure> bars() {
      return switch (this) {
        case RATES -> List.of(RATE, CPU);
        case DELAYS -> List.of(P50, P99);
        case REST -> columns();
        case STALE_INVITES, OUTAGE -> List.of();
      };
    }

    private String picture() {
      return "bench-" + part + ".svg";
    }
  }

  private final Figures figures;

  /** The page of some figures; a part that they lack is not shown. */
  public PerformancePage(Figures figures) {
    this.figures = figures;
  }

  /** All tables in Markdown, each with what its part was run on; pictures are linked. */
  public String text() {
    var text = new StringBuilder();
    for (Shown shown : Shown.values()) {
      figures.part(shown.part).ifPresent(part -> text.append(text(shown, part)));
    }
    return text.toString();
  }

  private static String text(Shown shown, Part part) {
    var text = new StringBuilder(origin(shown, part));
    for (String setting : part.settings()) {
      text.append(table(setting, part.in(setting), shown.columns())).append('\n');
      text.append(besides(part.in(setting)));
    }
    if (!shown.bars().isEmpty()) {
      text.append("![The same as bars](pictures/%s)\n\n".formatted(shown.picture()));
    }
    return text.toString();
  }

  private static String origin(Shown shown, Part part) {
    return String.format(
        Locale.ROOT,
        """
        Part `%s`: %s, %s.
        Turns: %,d, after %,d pushes of warm-up each. Passes repeated as not quiet: %,d; kept all the same: %,d.

        """,
        shown.part,
        DAY.format(part.at()),
        part.machine(),
        part.turns(),
        part.warmUp(),
        part.repeated(),
        part.noisy());
  }

  /** The rows of a setting as a table in Markdown. */
  private static String table(String setting, List<Series> rows, List<Figure> columns) {
    List<Figure> measured =
        columns.stream()
            .filter(column -> rows.stream().anyMatch(row -> row.of(column).isPresent()))
            .toList();
    var table = new StringBuilder("| " + setting + " |");
    measured.forEach(column -> table.append(" %s |".formatted(column.head())));
    table.append("\n|---|").append("---|".repeat(measured.size())).append('\n');
    for (Series row : rows) {
      table.append(
          measured.stream()
              .map(column -> row.of(column).map(spread -> spread.line(column.format())).orElse(""))
              .collect(Collectors.joining(" | ", "| " + row.subject() + " | ", " |\n")));
    }
    return table.toString();
  }

  /**
   * A line for each peer: what Ringpost does beside it, by both one's ratios to bare Pushy, so that
   * the machine's moods fall out.
   */
  private static String besides(List<Series> rows) {
    var lines = new StringBuilder();
    for (Series ours : rows) {
      for (Series theirs : rows) {
        if (ours.subject().startsWith(OURS)
            && !theirs.subject().startsWith(OURS)
            && ours.of(RATE_TO_BARE).isPresent()
            && theirs.of(RATE_TO_BARE).isPresent()) {
          lines.append(
              String.format(
                  Locale.ROOT,
                  "- %s, beside %s: %,.1f × its rate, %.2f of its CPU.\n",
                  ours.subject(),
                  theirs.subject(),
                  ratio(ours, theirs, RATE_TO_BARE),
                  ratio(ours, theirs, CPU_TO_BARE)));
        }
      }
    }
    return lines.isEmpty() ? "" : lines.append('\n').toString();
  }

  private static double ratio(Series ours, Series theirs, Figure figure) {
    return ours.of(figure).orElseThrow().median() / theirs.of(figure).orElseThrow().median();
  }

  /** The pictures by the names of their files, as SVG. */
  public Map<String, String> pictures() {
    Map<String, String> pictures = new LinkedHashMap<>();
    for (Shown shown : Shown.values()) {
      if (!shown.bars().isEmpty()) {
        figures
            .part(shown.part)
            .ifPresent(part -> pictures.put(shown.picture(), BarChart.page(charts(shown, part))));
      }
    }
    return pictures;
  }

  private static List<BarChart> charts(Shown shown, Part part) {
    List<BarChart> charts = new ArrayList<>();
    for (Figure figure : shown.bars()) {
      for (String setting : part.settings()) {
        List<BarChart.Bar> bars =
            part.in(setting).stream().flatMap(row -> bar(row, figure).stream()).toList();
        charts.add(new BarChart(figure.head() + ": " + setting, figure.format(), bars));
      }
    }
    return charts;
  }

  private static Optional<BarChart.Bar> bar(Series row, Figure figure) {
    return row.of(figure).map(spread -> new BarChart.Bar(row.subject(), spread));
  }
}
