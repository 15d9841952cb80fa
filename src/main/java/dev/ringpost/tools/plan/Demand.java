package dev.ringpost.tools.plan;

import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RingpostConfig.Topics;
import java.math.BigDecimal;
import java.util.OptionalInt;

/**
 * The demand that is planned for. Values are in their bounds once {@link #check} has passed.
 *
 * @param calls a second, on average in the busiest hour
 * @param peakPercent the busiest second, in percent of that
 * @param phones that a call rings, on average
 * @param devices registered
 * @param roundTrip to APNs and back, in milliseconds
 * @param cells among which calls and devices are shared
 * @param pods of each cell, if they are given
 * @param partitions of the invites of each cell, if they are given
 * @param streams that APNs announces on a connection, if another number than today's
 */
public record Demand(
    double calls,
    double peakPercent,
    double phones,
    long devices,
    double roundTrip,
    int cells,
    OptionalInt pods,
    OptionalInt partitions,
    OptionalInt streams) {

  private static final double MOST_CALLS = 10_000_000;
  private static final double MOST_DEVICES = 1e11;
  private static final double MOST_PEAK = 10_000;
  private static final double LEAST = 0.01;

  /** Bound on the pods of an installation. */
  public static final int MOST_PODS = 1_000;

  /**
   * Refuses what is out of bounds, by the name of its option.
   *
   * @param config has some of the bounds
   * @throws IllegalArgumentException with words for whoever typed it
   */
  void check(RingpostConfig config) {
    within("--calls", calls, LEAST, MOST_CALLS);
    within("--peak", peakPercent, 100, MOST_PEAK);
    within("--phones", phones, LEAST, config.fanout().maxDevices());
    within("--devices", (double) devices, 1, MOST_DEVICES);
    within("--rtt", roundTrip, 0, config.attempt().max().toMillis() / 2.0);
    within("--cells", cells, 1, Cells.MAX);
    pods.ifPresent(given -> within("--pods", given, 1, MOST_PODS));
    partitions.ifPresent(given -> within("--partitions", given, 1, Topics.MAX_PARTITIONS));
    streams.ifPresent(given -> within("--streams", given, 1, ApnsSettings.MAX_IN_FLIGHT));
  }

  private static void within(String option, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          option + " must be " + plain(least) + " to " + plain(most) + ", not " + plain(value));
    }
  }

  private static String plain(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }

  /** Calls a second of one cell in the busiest second. */
  double callsOfCell() {
    return calls * peakPercent / 100 / cells;
  }

  /** Pushes a second of one cell in the busiest second. */
  double pushesOfCell() {
    return callsOfCell() * phones;
  }

  /** Devices of one cell. */
  double devicesOfCell() {
    return (double) devices / cells;
  }
}
