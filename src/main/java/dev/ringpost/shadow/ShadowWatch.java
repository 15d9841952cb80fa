package dev.ringpost.shadow;

import dev.ringpost.call.Arrival;
import dev.ringpost.delivery.CallStates;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryListener;
import dev.ringpost.delivery.DeliverySettings;
import dev.ringpost.delivery.InvitePipeline;
import dev.ringpost.delivery.TokenDirectory;
import dev.ringpost.delivery.TokenFuse;
import dev.ringpost.delivery.flood.FloodGate;
import dev.ringpost.delivery.flood.FloodSettings;
import dev.ringpost.polling.PollFailure;
import dev.ringpost.telemetry.ShadowMeters;
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
 * A shadow at work, through every outage. It has no way to write: its sender has no connection, its
 * outbox is the comparison, and of Kafka's clients it has consumers only. {@link #run} is for one
 * thread, everything else for any.
 */
public final class ShadowWatch {

  private static final Duration RETRY = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(ShadowWatch.class);

  /** The listener that measures nothing: a shadow's calls must not be counted as if they rang. */
  private enum Unmeasured implements DeliveryListener {
    INSTANCE;

    @Override
    public void decided(Decision decision) {}

    @Override
    public void settledAgain(Arrival arrival, Arrival.Claim claim) {}
  }

  private final ShadowReading.Parts parts;
  private final Tally tally;
  private final AtomicLong turnedAt = new AtomicLong(System.nanoTime());

  /**
   * @param directory what a worker would look up; never changed
   * @param delivery how a worker would deliver
   * @param clock the wall clock, as near to the brokers' as can be
   */
  public ShadowWatch(
      ShadowSettings settings,
      TokenDirectory directory,
      CallStates calls,
      SilentSender sender,
      DeliverySettings delivery,
      FloodSettings flood,
      ShadowMeters meters,
      InstantSource clock) {
    this.tally = new Tally(meters, System::nanoTime);
    var comparison = new Comparison(settings, clock, tally);
    var progress = new ShadowProgress(clock);
    var pipeline =
        new InvitePipeline(
            directory,
            calls,
            sender,
            comparison,
            Unmeasured.INSTANCE,
            clock,
            delivery,
            new TokenFuse(delivery.fuse()),
            new FloodGate(flood, System::nanoTime),
            Runnable::run);
    this.parts = new ShadowReading.Parts(settings, pipeline, comparison, meters, clock, progress);
    meters.show(progress::works, progress::behindSeconds, comparison::size);
  }

  /** Compares until it is told to stop, and at most some seconds longer; then tells the sums. */
  public void run(CountDownLatch stopping) {
    while (stopping.getCount() > 0) {
      try (var reading = ShadowReading.open(parts)) {
        while (stopping.getCount() > 0) {
          turnedAt.set(System.nanoTime());
          reading.turn();
        }
      } catch (InterruptException _) {
        Thread.currentThread().interrupt();
        break;
      } catch (KafkaException e) {
        // what fails as partitions are assigned comes wrapped
        String why = new PollFailure(e).innermost().toString();
        parts.progress().failed(why);
        log.atWarn().log("invites and results cannot be read, trying again: {}", why);
        pause(stopping);
      }
    }
    log.atInfo().log("the shadow leaves; {}", tally.summary());
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
    return parts.progress().trouble();
  }

  /** The time since the last turn began. */
  public Duration sinceTurn() {
    return Duration.ofNanos(System.nanoTime() - turnedAt.get());
  }
}
