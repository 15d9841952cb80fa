package dev.ringpost.monitoring;

import java.util.Locale;

/** The way in which numbers of a unit of Grafana's are written. */
enum Scale {
  SECONDS,
  PER_SECOND,
  SHARE,
  BYTES,
  DAYS,
  PLAIN;

  static Scale of(String unit) {
    return switch (unit) {
      case "s" -> SECONDS;
      case "cps" -> PER_SECOND;
      case "percentunit" -> SHARE;
      case "bytes" -> BYTES;
      case "d" -> DAYS;
      default -> PLAIN;
    };
  }

  String write(double value) {
    return switch (this) {
      case SECONDS -> value < 1 ? number(value * 1000) + " ms" : number(value) + " s";
      case PER_SECOND -> number(value) + "/s";
      case SHARE -> String.format(Locale.ROOT, "%.1f %%", value * 100);
      case BYTES -> number(value / (1 << 20)) + " MiB";
      case DAYS -> number(value) + " d";
      case PLAIN -> number(value);
    };
  }

  private static String number(double value) {
    if (value == 0 || Math.abs(value) >= 100) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
  }
}
