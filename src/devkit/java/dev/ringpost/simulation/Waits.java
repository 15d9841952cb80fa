package dev.ringpost.simulation;

/** The waits of pushes, counted in tenths of a millisecond, up to a minute. */
final class Waits {

  private static final long NANOS = 100_000;
  private static final double PER_MILLI = 10;

  private final int[] counts = new int[600_000];
  private long count;

  void add(long nanos) {
    counts[(int) Math.min(counts.length - 1, nanos / NANOS)]++;
    count++;
  }

  /** How many there were. */
  long count() {
    return count;
  }

  /** The wait in milliseconds that this share of all, from 0 to 1, did not pass. */
  double millis(double share) {
    long rank = (long) Math.ceil(share * count);
    long seen = 0;
    for (int n = 0; n < counts.length; n++) {
      seen += counts[n];
      if (seen >= rank && seen > 0) {
        return n / PER_MILLI;
      }
    }
    return 0;
  }
}
