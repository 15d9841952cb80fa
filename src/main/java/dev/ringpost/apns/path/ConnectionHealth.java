package dev.ringpost.apns.path;

import java.time.Duration;

/**
 * The recent service of a connection, as a score made from its answers. A connection that answers
 * at once with trouble always has the fewest pushes in flight: without this it would attract the
 * traffic. Lives on the loop.
 */
public final class ConnectionHealth {

  /** What the newest answer weighs. */
  static final double WEIGHT = 0.25;

  /** The share of failures from which on a connection is chosen only if there is no other. */
  static final double SUSPECT = 0.5;

  /** So many failures in a row are no chance. */
  static final int SICK = 3;

  /** For how long a good answer speaks for a connection. */
  static final Duration FRESH = Duration.ofSeconds(10);

  private static final double MOST = 0.99;

  /** How much longer than on the average an answer may well take. */
  private static final double LIKELY = 1.5;

  private double failing;
  private int inARow;
  private boolean everWell;
  private long wellNanos;
  private boolean condemned;
  private double answerNanos;

  /**
   * APNs answered as one does that is well, whatever it said of the push.
   *
   * @return whether that was the first time
   */
  public boolean well(long now) {
    boolean first = !everWell;
    everWell = true;
    wellNanos = now;
    inARow = 0;
    failing -= WEIGHT * failing;
    return first;
  }

  /** APNs answered with trouble of its own, or not at all. */
  public void failed() {
    inARow++;
    failing = Math.min(MOST, failing + WEIGHT * (1 - failing));
  }

  /** APNs took so long for an answer. */
  public void answered(Duration time) {
    answerNanos += WEIGHT * (time.toNanos() - answerNanos);
  }

  /**
   * Whether what is written now is likely to be answered within its attempt, by the answers of
   * late; else its place is better for another. Half an attempt is always thought to be enough.
   *
   * @param age what has passed of the attempt
   */
  public boolean answersWithin(Duration age, Duration attemptMax) {
    double needed = Math.min(answerNanos * LIKELY, attemptMax.toNanos() / 2.0);
    return age.toNanos() + needed <= attemptMax.toNanos();
  }

  /** It is to be replaced and serves only if nothing else does. */
  public void condemn() {
    condemned = true;
  }

  public boolean isCondemned() {
    return condemned;
  }

  /** Whether it has ever answered well. */
  boolean everWell() {
    return everWell;
  }

  /** Whether it is to be chosen only if there is no other. */
  public boolean isSuspect() {
    return condemned || failing >= SUSPECT;
  }

  /** Whether it fails and does not stop failing. */
  public boolean isSick() {
    return inARow >= SICK;
  }

  /** Whether nothing speaks against it: what another one answers may be that one's trouble. */
  public boolean isUnblamed() {
    return inARow == 0 && !isSuspect();
  }

  /** Whether it answers well: what another one answers meanwhile is that one's trouble. */
  public boolean isWell(long now) {
    return everWell && isUnblamed() && now - wellNanos < FRESH.toNanos();
  }

  /** What a push costs on it, by its load and its failures; the least is the best. */
  public double cost(int inFlight) {
    return (inFlight + 1) / (1 - failing);
  }
}
