package dev.ringpost.demo;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/**
 * The progress of a long piece of work, as shown to a person: one line that moves on a terminal, a
 * line every few seconds elsewhere. For one thread.
 */
final class Progress {

  private static final Duration BETWEEN_MOVES = Duration.ofMillis(200);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
  private static final int BAR = 30;

  private final PrintStream out;
  private final boolean terminal;
  private long shownNanos = System.nanoTime() - BETWEEN_LINES.toNanos();

  private Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Moves only where {@code out} is standard output, and that a terminal. */
  static Progress to(PrintStream out) {
    return new Progress(
        out,
        out.equals(System.out)
            && Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false));
  }

  void say(String line) {
    out.println(line);
  }

  /** Shows that {@code done} of {@code total} are done, unless it was shown a moment ago. */
  void update(String what, long done, long total, String more) {
    long now = System.nanoTime();
    Duration between = terminal ? BETWEEN_MOVES : BETWEEN_LINES;
    if (now - shownNanos < between.toNanos() && done < total) {
      return;
    }
    shownNanos = now;
    int full = (int) (BAR * done / Math.max(1, total));
    String line =
        "%s [%s%s] %d of %d, %s"
            .formatted(what, "#".repeat(full), " ".repeat(BAR - full), done, total, more);
    if (terminal) {
      out.print("\r" + line);
      out.flush();
    } else {
      out.println(line);
    }
  }

  /** Ends the moving line. */
  void done() {
    if (terminal) {
      out.println();
    }
  }
}
