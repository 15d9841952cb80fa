package dev.ringpost.tools.plan;

/**
 * The time from writing a push to APNs' answer, as it is assumed: a round trip, and APNs' own time,
 * which is log-normal but for a few answers that take a second and longer, by a Pareto
 * distribution. In milliseconds. The same figures on every machine.
 *
 * @param roundTrip to APNs and back
 * @param limit after which an attempt is over, with or without an answer
 */
public record AnswerTime(double roundTrip, double limit) {

  private static final double MEDIAN = Assumption.APPLE_MEDIAN.value();
  private static final double SPREAD = Assumption.APPLE_SPREAD.value();
  private static final double SLOW = Assumption.SLOW_ANSWERS.share();
  private static final double SLOW_FROM = 1_000;
  private static final double SLOW_EXPONENT = 1.5;

  /** The mean of one answer. */
  public double mean() {
    return meanOfSlowest(1);
  }

  /**
   * The mean of the slowest of several answers.
   *
   * @param answers how many; a mean itself, so it need not be whole
   */
  public double meanOfSlowest(double answers) {
    double mean = 0;
    for (double at = 0.5; at < limit; at++) {
      mean += 1 - StrictMath.pow(shareWithin(at), answers);
    }
    return mean;
  }

  /** The share of answers, from 0 to 1, that have come by then. */
  public double shareWithin(double millis) {
    double own = millis - roundTrip;
    if (own <= 0) {
      return 0;
    }
    double usual = normal(StrictMath.log(own / MEDIAN) / SPREAD);
    double slow = own < SLOW_FROM ? 0 : 1 - StrictMath.pow(SLOW_FROM / own, SLOW_EXPONENT);
    return (1 - SLOW) * usual + SLOW * slow;
  }

  /**
   * One answer, drawn by chance.
   *
   * @param kind from 0 to 1: whether it is one of the slow ones
   * @param length from 0 to 1, without either: how slow
   * @param gaussian from the standard normal distribution
   */
  public double drawn(double kind, double length, double gaussian) {
    double own =
        kind < SLOW
            ? SLOW_FROM * StrictMath.pow(length, -1 / SLOW_EXPONENT)
            : MEDIAN * StrictMath.exp(SPREAD * gaussian);
    return roundTrip + own;
  }

  /** The standard normal distribution, by Abramowitz and Stegun 7.1.26: right to six digits. */
  private static double normal(double x) {
    double t = 1 / (1 + 0.327_591_1 * StrictMath.abs(x) / StrictMath.sqrt(2));
    double series =
        ((((1.061_405_429 * t - 1.453_152_027) * t + 1.421_413_741) * t - 0.284_496_736) * t
                + 0.254_829_592)
            * t;
    double error = 1 - series * StrictMath.exp(-x * x / 2);
    return x < 0 ? (1 - error) / 2 : (1 + error) / 2;
  }
}
