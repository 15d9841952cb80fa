package dev.ringpost.cli.operator;

import dev.ringpost.tools.watch.LiveCalls;
import dev.ringpost.tools.watch.SeenVerdict;
import dev.ringpost.tools.watch.Watch;
import dev.ringpost.tools.watch.WatchText;
import dev.ringpost.tools.watch.WatchText.Line;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import picocli.CommandLine.Help.Ansi.Style;

/**
 * The screen of a watch in a terminal: the terminal's second one, so that what stood on the first
 * stands there again at the end. For one thread.
 */
final class WatchScreen implements Watch.Display, AutoCloseable {

  /** Bound on how often it is drawn. */
  static final Duration DRAWN_EVERY = Duration.ofMillis(250);

  /** The second screen, no cursor, and no lines that go on in the next one. */
  private static final String BEGIN = "\u001b[?1049h\u001b[?25l\u001b[?7l";

  private static final String END = "\u001b[?7h\u001b[?25h\u001b[?1049l";
  private static final String TOP = "\u001b[H";
  private static final String WIPE_LINE = "\u001b[K";
  private static final String WIPE_REST = "\u001b[J";

  private final PrintWriter out;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final int shown;
  private final boolean coloured;
  private Optional<String> trouble = Optional.empty();
  private Optional<Long> drawnNanos = Optional.empty();

  /**
   * @param shown how many calls
   */
  WatchScreen(
      PrintWriter out, InstantSource clock, LongSupplier nanoTime, int shown, boolean coloured) {
    this.out = out;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.shown = shown;
    this.coloured = coloured;
    out.print(BEGIN);
    out.flush();
  }

  @Override
  public void told(SeenVerdict verdict) {
    // it is drawn with the others
  }

  @Override
  public void trouble(Optional<String> words) {
    trouble = words;
  }

  @Override
  public boolean shows(LiveCalls calls) {
    long now = nanoTime.getAsLong();
    if (drawnNanos.filter(then -> now - then < DRAWN_EVERY.toNanos()).isEmpty()) {
      drawnNanos = Optional.of(now);
      var drawing = new StringBuilder(TOP);
      for (Line line : WatchText.screen(calls, shown, trouble, clock.instant())) {
        drawing.append(coloured ? coloured(line) : line.text()).append(WIPE_LINE).append("\r\n");
      }
      out.print(drawing.append(WIPE_REST));
    }
    return !out.checkError();
  }

  private static String coloured(Line line) {
    return switch (line.tone()) {
      case GOOD -> in(Style.fg_green, line);
      case BAD -> in(Style.fg_red, line);
      case OPEN -> in(Style.fg_yellow, line);
      case PLAIN -> line.text();
    };
  }

  private static String in(Style colour, Line line) {
    return colour.on() + line.text() + colour.off();
  }

  @Override
  public void close() {
    out.print(END);
    out.flush();
  }
}
