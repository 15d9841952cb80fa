package dev.ringpost.intake.waiting;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The pace of a consumer that has nothing to do: how long it may leave its broker alone. A fetch
 * waits at the broker for 50 ms, so a consumer that fetches without a break asks twenty times a
 * second for nothing, which costs a worker at rest and its broker more than all else they do.
 *
 * <p>It rests within {@code poll}, with all partitions paused, and never beside it: Kafka's client
 * joins, and answers its group, in {@code poll} alone, and a member that is late keeps the
 * partitions of a dead one without an owner. The consumer's thread alone calls it.
 */
public final class IdlePace {

  /** How long there must have been nothing before the first rest. */
  public static final Duration QUIET = Duration.ofSeconds(1);

  private final Duration rest;
  private final LongSupplier nanoTime;
  private long busyAt;
  private boolean rested;

  /**
   * @param rest how long a record may stay unread; zero where none may
   * @param nanoTime a monotonic clock
   */
  public IdlePace(Duration rest, LongSupplier nanoTime) {
    this.rest = rest;
    this.nanoTime = nanoTime;
    this.busyAt = nanoTime.getAsLong();
  }

  /** How long the turn that begins fetches nothing; zero, at least every other time, if it does. */
  public Duration rest() {
    rested = !rested && nanoTime.getAsLong() - busyAt >= QUIET.toNanos();
    return rested ? rest : Duration.ZERO;
  }

  /** A turn brought a record, or something is rung, waited for or stored. */
  public void busy() {
    busyAt = nanoTime.getAsLong();
  }
}
