package dev.ringpost.telemetry;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The contact of this worker with brokers, as its own consumers see it: they fetch and send
 * heartbeats all the time, so that some bytes come in every second while Kafka is well. Its looks
 * are counted and not timed, for a process that stood still has not looked. Safe for many threads.
 */
public final class KafkaContact implements AutoCloseable {

  /** After how long without a byte from any broker Kafka counts as out of reach. */
  public static final Duration SILENCE = Duration.ofSeconds(10);

  /** Time between two looks. */
  static final Duration LOOK = Duration.ofSeconds(1);

  static final long LOOKS = SILENCE.dividedBy(LOOK);

  private final Supplier<Map<Object, Double>> received;
  private final CountDownLatch closed = new CountDownLatch(1);
  private Map<Object, Double> lastSeen = Map.of();
  private volatile long silentLooks;

  /** Begins to look, and shows what it sees as a gauge. Made when a broker has just answered. */
  public static KafkaContact watch(Telemetry telemetry) {
    var contact = new KafkaContact(telemetry, telemetry::receivedBytes);
    Thread.ofVirtual().name("kafka-contact").start(contact::run);
    return contact;
  }

  /**
   * @param received what each client has received since it was made
   */
  KafkaContact(Telemetry telemetry, Supplier<Map<Object, Double>> received) {
    this.received = received;
    telemetry.gauge(WorkerMeterName.KAFKA_REACHABLE, () -> silence().isEmpty() ? 1 : 0);
  }

  /** For how long no broker has answered, once that is {@link #SILENCE}; empty if one does. */
  Optional<Duration> silence() {
    long looks = silentLooks;
    return looks < LOOKS ? Optional.empty() : Optional.of(LOOK.multipliedBy(looks));
  }

  /** In words, if no broker answers. */
  public Optional<String> note() {
    return silence()
        .map(
            silence ->
                "no broker of Kafka has answered for "
                    + silence.toSeconds()
                    + " s: no invite is read and no result is stored meanwhile");
  }

  private void run() {
    try {
      while (!closed.await(LOOK.toNanos(), TimeUnit.NANOSECONDS)) {
        look();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  void look() {
    Map<Object, Double> now = received.get();
    boolean answered =
        now.entrySet().stream()
            .anyMatch(client -> client.getValue() > lastSeen.getOrDefault(client.getKey(), 0.0));
    lastSeen = now;
    silentLooks = answered ? 0 : silentLooks + 1;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
