package dev.ringpost.telemetry.page;

import java.util.List;
import java.util.Locale;

/** A form of {@code /metrics}. */
public enum MetricsFormat {
  /** The text format of Prometheus that every version of it reads. It has no exemplars. */
  PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
  /** OpenMetrics, with exemplars. */
  OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

  /** Bound on what is read of an {@code Accept}, in characters. */
  private static final int MAX_ACCEPT = 2_048;

  private static final String OPEN_METRICS_TYPE = "application/openmetrics-text";
  private static final String PLAIN_TYPE = "text/plain";

  private final String contentType;

  MetricsFormat(String contentType) {
    this.contentType = contentType;
  }

  /** The value of {@code Content-Type}. */
  public String contentType() {
    return contentType;
  }

  /**
   * The form that a scrape wants: OpenMetrics if it is named, and liked as much as plain text;
   * whatever else is asked for gets Prometheus' text.
   *
   * @param accept the values of its headers {@code Accept}, maybe none
   */
  public static MetricsFormat wanted(List<String> accept) {
    String all = String.join(",", accept);
    if (all.length() > MAX_ACCEPT) {
      return PROMETHEUS;
    }
    double openMetrics = 0;
    double plain = 0;
    for (String range : all.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = range.split(";", -1);
      switch (parts[0].strip()) {
        case OPEN_METRICS_TYPE -> openMetrics = Math.max(openMetrics, quality(parts));
        case PLAIN_TYPE -> plain = Math.max(plain, quality(parts));
        default -> {}
      }
    }
    return openMetrics > 0 && openMetrics >= plain ? OPEN_METRICS : PROMETHEUS;
  }

  /** How much a range is liked, from 0 to 1; what cannot be read is not liked. */
  private static double quality(String[] parts) {
    for (String part : parts) {
      String parameter = part.strip();
      if (parameter.startsWith("q=")) {
        try {
          double quality = Double.parseDouble(parameter.substring(2).strip());
          return quality >= 0 && quality <= 1 ? quality : 0;
        } catch (NumberFormatException _) {
          return 0;
        }
      }
    }
    return 1;
  }
}
