package dev.ringpost.health;

import dev.ringpost.polling.PollFailure;
import dev.ringpost.telemetry.HealthMeters;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The search for deaf devices, through every outage. {@link #run} is for one thread, everything
 * else for any.
 */
public final class HealthWatch {

  private static final Duration RETRY = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(HealthWatch.class);

  private final HealthSettings settings;
  private final HealthMeters meters;
  private final InstantSource clock;
  private final HealthProgress progress;
  private final AtomicLong turnedAt = new AtomicLong(System.nanoTime());

  public HealthWatch(HealthSettings settings, HealthMeters meters, InstantSource clock) {
    this.settings = settings;
    this.meters = meters;
    this.clock = clock;
    this.progress = new HealthProgress(clock);
    meters.show(progress::works, progress::behindSeconds, progress::watched, progress::deaf);
  }

  /** Searches until it is told to stop, and at most some seconds longer. */
  public void run(CountDownLatch stopping) {
    while (stopping.getCount() > 0) {
      try (var reading = HealthReading.open(settings, meters, clock, progress)) {
        while (stopping.getCount() > 0) {
          turnedAt.set(System.nanoTime());
          reading.turn();
        }
      } catch (InterruptException _) {
        Thread.currentThread().interrupt();
        return;
      } catch (KafkaException e) {
        // what fails as partitions are assigned comes wrapped
        String why = new PollFailure(e).innermost().toString();
        progress.failed(why);
        log.atWarn().log("device health cannot be followed, trying again: {}", why);
        pause(stopping);
      }
    }
  }

  private static void pause(CountDownLatch stopping) {
    try {
      boolean _ = stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Why it neither works nor stands by, in words. */
  public Optional<String> trouble() {
    return progress.trouble();
  }

  /** The time since the last turn began. */
  public Duration sinceTurn() {
    return Duration.ofNanos(System.nanoTime() - turnedAt.get());
  }
}
