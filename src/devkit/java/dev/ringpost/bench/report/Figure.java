package dev.ringpost.bench.report;

import java.util.Arrays;

/** A figure of a pass: its name in the raw file, its head in a table, and how it is written. */
public enum Figure {
  /** From the first push at APNs to the last. */
  RATE("pushesPerSecond", "pushes/s", "%,.0f"),
  /** From the first push at APNs to the last result that is stored. */
  RATE_OF_RESULTS("pushesPerSecondToLastResult", "until the last result", "%,.0f"),
  RATE_TO_BARE("rateToBare", "rate to bare", "%.3f"),
  CPU("cpuMicrosPerPush", "CPU µs per push", "%.1f"),
  CPU_TO_BARE("cpuToBare", "CPU to bare", "%.2f"),
  ALLOCATED("allocatedBytesPerPush", "bytes allocated per push", "%,.0f"),
  BROKER("brokerMicrosPerPush", "the broker's CPU µs per push", "%.1f"),
  APNS("apnsMicrosPerPush", "the APNs' CPU µs per push", "%.1f"),
  /** Cores that were busy with something else. */
  OTHERS("otherCores", "other cores", "%.2f"),
  P50("p50Millis", "p50 ms", "%.2f"),
  P95("p95Millis", "p95 ms", "%.2f"),
  P99("p99Millis", "p99 ms", "%.2f"),
  /** The p50 less that of the plain consumer right before. */
  P50_OVER_FLOOR("p50OverFloorMillis", "p50 over the plain consumer's, ms", "%.2f"),
  CPU_AT_REST("cpuPercentOfACore", "its CPU, % of a core", "%.1f"),
  BROKER_AT_REST("brokerPercentOfACore", "the broker's CPU, % of a core", "%.1f"),
  FRESH("freshSeconds", "s until the fresh one rang", "%.2f"),
  STALE("stalePerSecond", "stale invites/s", "%,.0f"),
  /** The p99 of the worst second. */
  WORST_P99("worstP99Millis", "p99 ms in the worst second before", "%.1f"),
  WORST_P99_AFTER("worstP99AfterMillis", "p99 ms in the worst second since", "%.1f"),
  FIRST_PUSH("firstPushSeconds", "s until the first push", "%.2f"),
  /** Since when no second of fresh invites was worse than the worst one before. */
  SETTLED("settledSeconds", "s until fresh invites were as before", "%.1f"),
  RANG_OF_OUTAGE("percentRangOfOutage", "% of the outage's invites that rang", "%.1f");

  private final String key;
  private final String head;
  private final String format;

  Figure(String key, String head, String format) {
    this.key = key;
    this.head = head;
    this.format = format;
  }

  /** The name in the raw file. */
  public String key() {
    return key;
  }

  String head() {
    return head;
  }

  String format() {
    return format;
  }

  /**
   * The figure of a name in the raw file.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Figure of(String key) {
    return Arrays.stream(values())
        .filter(figure -> figure.key.equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no figure is called " + key));
  }
}
