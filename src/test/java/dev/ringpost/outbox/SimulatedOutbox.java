package dev.ringpost.outbox;

import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Outbox;
import dev.ringpost.delivery.TokenInvalidation;
import dev.ringpost.delivery.missed.InvalidationOutbox;
import dev.ringpost.delivery.rings.RingOutbox;
import dev.ringpost.delivery.rings.RingReport;
import dev.ringpost.telemetry.OutboxMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;

/**
 * One worker's own outbox without its threads, turned by hand, for a simulation: its queues, pauses
 * and last resorts, and the clock that it sets right.
 */
public final class SimulatedOutbox implements Outbox, RingOutbox, InvalidationOutbox {

  /** More than a run stores: intake's rest is not a part of it. */
  private static final long BACKLOG_BYTES = 1L << 30;

  private static final Duration TRIP = Duration.ofMillis(5);

  private final BrokerClock clock;
  private final KafkaOutbox outbox;

  /**
   * @param own the machine's wall clock
   * @param nanoTime its monotonic clock
   * @param fresh makes a producer, at once and whenever one is spent
   */
  public SimulatedOutbox(
      OutboxSettings settings,
      InstantSource own,
      LongSupplier nanoTime,
      Supplier<Producer<byte[], byte[]>> fresh) {
    this.clock = new BrokerClock(own, nanoTime);
    this.outbox =
        new KafkaOutbox(
            settings,
            new OutboxMeters(new Telemetry(new SimpleMeterRegistry())),
            clock,
            fresh,
            OutputHealth.FIRST_PAUSE,
            new Backlog(BACKLOG_BYTES, nanoTime),
            (_, _) -> false);
  }

  /** The worker's clock, which the brokers set right. */
  public InstantSource clock() {
    return clock;
  }

  /** The brokers have told their time, as at a worker's start. */
  public void told(Instant brokers) {
    clock.told("controller", brokers.toEpochMilli(), TRIP);
  }

  @Override
  public CompletableFuture<Void> store(Decision decision) {
    return outbox.store(decision);
  }

  @Override
  public void tell(RingReport report) {
    outbox.tell(report);
  }

  @Override
  public CompletableFuture<Boolean> store(TokenInvalidation dead) {
    return outbox.store(dead);
  }

  /** Sends what may be sent now, as all its threads would; whether anything is not stored then. */
  public boolean turn() {
    try {
      for (TopicSender sender : outbox.senders().toList()) {
        sender.sendReady();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a simulation", e);
    }
    return outbox.waiting() > 0;
  }

  /** Gives up what is not stored. */
  public void end() {
    outbox.close(Duration.ZERO);
  }
}
