package dev.ringpost.cli.operator;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** A line that tells how far long work is, on a terminal only, and is wiped at the end. */
final class ProgressLine {

  private static final String WIPE = "\r\u001b[K";

  private final PrintWriter err;
  private final String unit;
  private final boolean shown;
  private long last = -1;

  ProgressLine(PrintWriter err, String unit) {
    this(err, unit, Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false));
  }

  ProgressLine(PrintWriter err, String unit, boolean shown) {
    this.err = err;
    this.unit = unit;
    this.shown = shown;
  }

  /** Shows how much is done, at each new percent. */
  void at(long done, long all) {
    long percent = all == 0 ? 100 : done * 100 / all;
    if (shown && percent != last) {
      last = percent;
      err.print(String.format(Locale.ROOT, "%s%d %% of %,d %s", WIPE, percent, all, unit));
      err.flush();
    }
  }

  /** Wipes the line. */
  void end() {
    if (shown && last >= 0) {
      last = -1;
      err.print(WIPE);
      err.flush();
    }
  }
}
