package dev.ringpost.bench.report;

import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The rule which passes count: those beside which the rest of the machine kept still. A pass that
 * was not quiet is repeated, a bounded number of times; then the quietest one is kept, and the
 * report says so. Not safe for several threads.
 *
 * <p>A machine that does not tell what its cores do (NaN) counts as quiet.
 */
public final class QuietRule {

  /** Cores that others may keep busy. */
  public static final double OTHERS = 0.3;

  /** How often a pass is run at most. */
  public static final int TRIES = 5;

  private int repeated;
  private int noisy;

  /** Runs a pass until it is quiet, or for the last time. */
  public <T> T quiet(Supplier<T> pass, ToDoubleFunction<T> others) {
    T quietest = pass.get();
    for (int n = 1; n < TRIES && isNoisy(others.applyAsDouble(quietest)); n++) {
      repeated++;
      T next = pass.get();
      if (!(others.applyAsDouble(next) > others.applyAsDouble(quietest))) {
        quietest = next;
      }
    }
    if (isNoisy(others.applyAsDouble(quietest))) {
      noisy++;
    }
    return quietest;
  }

  private static boolean isNoisy(double others) {
    return others >= OTHERS;
  }

  /** Passes that were thrown away. */
  public int repeated() {
    return repeated;
  }

  /** Passes that were kept although they were not quiet. */
  public int noisy() {
    return noisy;
  }
}
