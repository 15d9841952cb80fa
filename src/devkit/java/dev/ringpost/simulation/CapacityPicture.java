package dev.ringpost.simulation;

import com.google.errorprone.annotations.FormatMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * A picture of what waits in simulated runs, as SVG: one panel below the other, time to the right.
 */
record CapacityPicture(List<SimulatedRun> runs) {

  private static final int WIDTH = 860;
  private static final int LEFT = 80;
  private static final int RIGHT = 20;
  private static final int HEIGHT = 150;
  private static final int TOP = 34;
  private static final int PANEL = HEIGHT + TOP + 30;
  private static final int LEGEND = 34;
  private static final int SAMPLES_PER_SECOND = 4;

  /** A line of the picture. */
  private record Curve(String words, String colour, ToLongFunction<Queues> queue) {}

  private static final List<Curve> CURVES =
      List.of(
          new Curve("invites in Kafka", "#c4162a", Queues::kafka),
          new Curve("for a turn of the processor", "#fa6400", Queues::turn),
          new Curve("pushes for a stream", "#8f3bb8", Queues::stream),
          new Curve("pushes at APNs", "#3274d9", Queues::apns));

  CapacityPicture {
    runs = List.copyOf(runs);
  }

  String svg() {
    var svg = new StringBuilder();
    svg.append(
        format(
            """
            <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %1$d %2$d' width='%1$d' \
            height='%2$d' font-family='sans-serif' font-size='13'>
            <rect width='100%%' height='100%%' fill='#ffffff'/>
            """,
            WIDTH, LEGEND + runs.size() * PANEL));
    int x = LEFT;
    for (Curve curve : CURVES) {
      svg.append(
          format("<text x='%d' y='22' fill='%s'>%s</text>\n", x, curve.colour(), curve.words()));
      x += (WIDTH - LEFT) / CURVES.size();
    }
    for (int n = 0; n < runs.size(); n++) {
      svg.append(panel(runs.get(n), LEGEND + n * PANEL));
    }
    return svg.append("</svg>\n").toString();
  }

  private static String panel(SimulatedRun run, int y) {
    long most =
        run.samples().stream()
            .mapToLong(
                it -> CURVES.stream().mapToLong(c -> c.queue().applyAsLong(it)).max().orElse(0))
            .max()
            .orElse(1);
    List<String> parts = new ArrayList<>();
    parts.add(
        format(
            "<g transform='translate(0,%d)'><text x='%d' y='22' font-weight='bold'>%s</text>",
            y, LEFT, run.scenario().name()));
    parts.add(
        format(
            "<path d='M%d,%d V%d H%d' stroke='#888888' fill='none'/>",
            LEFT, TOP, TOP + HEIGHT, WIDTH - RIGHT));
    parts.add(format("<text x='%d' y='%d' text-anchor='end'>%,d</text>", LEFT - 6, TOP + 10, most));
    int seconds = run.scenario().seconds();
    for (int at = 0; at <= seconds; at += 2) {
      parts.add(
          format(
              "<text x='%.1f' y='%d' text-anchor='middle'>%d s</text>",
              across(at, seconds), TOP + HEIGHT + 18, at));
    }
    for (Curve curve : CURVES) {
      parts.add(
          format(
              "<polyline fill='none' stroke='%s' stroke-width='1.5' points='%s'/>",
              curve.colour(), points(run, curve, most)));
    }
    return String.join("\n", parts) + "</g>\n";
  }

  private static String points(SimulatedRun run, Curve curve, long most) {
    List<String> points = new ArrayList<>();
    for (int n = 0; n < run.samples().size(); n++) {
      double height = (double) curve.queue().applyAsLong(run.samples().get(n)) / most * HEIGHT;
      points.add(
          format(
              "%.1f,%.1f",
              across((n + 1.0) / SAMPLES_PER_SECOND, run.scenario().seconds()),
              TOP + HEIGHT - height));
    }
    return points.stream().collect(Collectors.joining(" "));
  }

  private static double across(double at, int seconds) {
    return LEFT + at / seconds * (WIDTH - LEFT - RIGHT);
  }

  @FormatMethod
  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
