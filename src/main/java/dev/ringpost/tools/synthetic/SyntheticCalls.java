package dev.ringpost.tools.synthetic;

import dev.ringpost.telemetry.SyntheticMeters;
import dev.ringpost.tools.synthetic.Round.Meaning;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Synthetic calls at a fixed rate, through every outage. {@link #run} is for one thread, everything
 * else for any.
 */
public final class SyntheticCalls {

  /** Bound on one wait, so that a loop that waits turns as well. */
  private static final Duration WAIT = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(SyntheticCalls.class);

  private final SyntheticCall maker;
  private final Duration every;
  private final SyntheticMeters meters;
  private final AtomicLong turnedAt = new AtomicLong(System.nanoTime());
  private final AtomicLong workedAt = new AtomicLong(System.nanoTime());
  private final AtomicInteger failed = new AtomicInteger();
  private volatile Optional<String> trouble = Optional.of("the first call is under way");

  /**
   * @param every {@code synthetic.every}; a round that takes longer is followed at once
   */
  public SyntheticCalls(SyntheticCall maker, Duration every, SyntheticMeters meters) {
    this.maker = maker;
    this.every = every;
    this.meters = meters;
    meters.show(() -> since(workedAt).toMillis() / 1000.0, failed::get);
  }

  /** Calls until it is told to stop, and at most some seconds longer. */
  public void run(CountDownLatch stopping) {
    try {
      while (stopping.getCount() > 0) {
        long began = System.nanoTime();
        turnedAt.set(began);
        maker.make(stopping).ifPresent(this::ended);
        await(began + every.toNanos(), stopping);
      }
    } catch (InterruptException | InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void ended(Round round) {
    Meaning meaning = round.meaning();
    meters.ended(meaning.end());
    meaning.verdict().ifPresent(meters::verdict);
    meaning.ringing().ifPresent(meters::ringing);
    boolean failedBefore = failed.get() > 0;
    if (meaning.worked()) {
      workedAt.set(System.nanoTime());
      failed.set(0);
    } else {
      int _ = failed.incrementAndGet();
    }
    trouble = meaning.kafkas() ? Optional.of(meaning.words()) : round.ringsOn();
    if (!meaning.worked()) {
      log.atWarn().addKeyValue("callId", round.call()).log("synthetic call: {}", meaning.words());
    } else if (failedBefore) {
      log.atInfo().addKeyValue("callId", round.call()).log("synthetic calls come through again");
    }
    round
        .ringsOn()
        .ifPresent(
            why ->
                log.atWarn()
                    .addKeyValue("callId", round.call())
                    .log("the phone was not told that the call is over: {}", why));
  }

  private void await(long until, CountDownLatch stopping) throws InterruptedException {
    long left = until - System.nanoTime();
    while (left > 0 && !stopping.await(Math.min(left, WAIT.toNanos()), TimeUnit.NANOSECONDS)) {
      turnedAt.set(System.nanoTime());
      left = until - System.nanoTime();
    }
  }

  /** Why Kafka cannot be worked with, in words; what a call came to is no trouble of its own. */
  public Optional<String> trouble() {
    return trouble;
  }

  /** The time since the last turn began. */
  public Duration sinceTurn() {
    return since(turnedAt);
  }

  private static Duration since(AtomicLong nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos.get());
  }
}
