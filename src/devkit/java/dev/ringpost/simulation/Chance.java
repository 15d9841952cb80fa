package dev.ringpost.simulation;

import dev.ringpost.tools.plan.AnswerTime;
import java.util.SplittableRandom;

/** The chance of a run: the same numbers on every machine, by the seed. */
final class Chance {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  private final SplittableRandom random;
  private final AnswerTime answer;

  Chance(long seed, AnswerTime answer) {
    this.random = new SplittableRandom(seed);
    this.answer = answer;
  }

  /** Nanoseconds until the next of events that come by themselves at a rate. */
  long untilNext(double perSecond) {
    return (long) (-StrictMath.log(1 - random.nextDouble()) / perSecond * NANOS_PER_SECOND);
  }

  /** The phones of a call, whole, of which the mean is given. */
  int phones(double mean) {
    int whole = (int) mean;
    return whole + (random.nextDouble() < mean - whole ? 1 : 0);
  }

  /**
   * Nanoseconds until APNs answers.
   *
   * @param slowness by what its own time is multiplied
   */
  long answerNanos(double slowness) {
    double kind = random.nextDouble();
    double length = 1 - random.nextDouble();
    double gaussian =
        StrictMath.sqrt(-2 * StrictMath.log(length))
            * StrictMath.cos(2 * Math.PI * random.nextDouble());
    double own = answer.drawn(kind, length, gaussian) - answer.roundTrip();
    return (long) ((answer.roundTrip() + slowness * own) * NANOS_PER_MILLI);
  }
}
