package dev.ringpost.tools.plan;

import java.util.Locale;

/** The unit of a line of a plan. In JSON a line's key names it; in text it stands behind. */
enum Unit {
  COUNT {
    @Override
    String text(double value) {
      return format("%,.0f", value);
    }
  },
  PER_SECOND {
    @Override
    String text(double value) {
      return format(value < TEN ? "%.2f/s" : "%,.0f/s", value);
    }
  },
  MILLIS {
    @Override
    String text(double value) {
      return format("%,.0f ms", value);
    }
  },
  SECONDS {
    @Override
    String text(double value) {
      if (value < TEN) {
        return format("%.1f s", value);
      }
      return value < 2 * SIXTY ? format("%.0f s", value) : format("%,.0f min", value / SIXTY);
    }
  },
  BYTES {
    @Override
    String text(double value) {
      return prefixed(value) + "B";
    }
  },
  BYTES_PER_SECOND {
    @Override
    String text(double value) {
      return prefixed(value) + "B/s";
    }
  },
  MEMORY {
    @Override
    String text(double value) {
      return format("%,.0f MiB", value / MEBI);
    }
  },
  CORES {
    @Override
    String text(double value) {
      return format(value < 1 ? "%.2f" : "%.1f", value);
    }
  },
  PERCENT {
    @Override
    String text(double value) {
      return format("%.0f %%", value);
    }
  };

  private static final double TEN = 10;

  /** What is rounded to 10 with one digit behind the point. */
  private static final double NEARLY_TEN = 9.95;

  private static final double SIXTY = 60;
  private static final double MEBI = 1 << 20;
  private static final double KILO = 1_000;
  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P"};

  /** A value with its unit. */
  abstract String text(double value);

  private static String prefixed(double value) {
    int power = 0;
    double rest = value;
    while (rest >= KILO && power < PREFIXES.length - 1) {
      rest /= KILO;
      power++;
    }
    return format(rest < NEARLY_TEN && power > 0 ? "%.1f " : "%.0f ", rest) + PREFIXES[power];
  }

  private static String format(String form, double value) {
    return String.format(Locale.ROOT, form, value);
  }
}
