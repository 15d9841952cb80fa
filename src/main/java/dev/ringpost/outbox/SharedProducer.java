package dev.ringpost.outbox;

import dev.ringpost.telemetry.OutboxMeters;
import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one producer, and a fresh one after an error that is fatal to it. Safe for many threads. */
final class SharedProducer {

  private static final Logger log = LoggerFactory.getLogger(SharedProducer.class);

  /** A producer and whether it can go on. */
  static final class Carrier {

    private final Producer<byte[], byte[]> producer;
    private final KafkaClientWatch watch;
    private final BrokerClock clock;
    private volatile boolean spent;

    private Carrier(Producer<byte[], byte[]> producer, KafkaClientWatch watch, BrokerClock clock) {
      this.producer = producer;
      this.watch = watch;
      this.clock = clock;
    }

    /**
     * Sends a record, and learns from Kafka's answer what time it is there. A topic of {@code
     * CreateTime} gives back the time that the record was sent with, which tells nothing.
     */
    void send(String topic, Outgoing outgoing, Callback callback) {
      long sentAs = clock.millis();
      long sentNanos = clock.nanoTime();
      var _ =
          producer.send(
              outgoing.record(topic, sentAs),
              (metadata, failure) -> {
                if (failure == null && metadata != null && metadata.timestamp() != sentAs) {
                  clock.told(
                      metadata.topic() + "-" + metadata.partition(),
                      metadata.timestamp(),
                      Duration.ofNanos(clock.nanoTime() - sentNanos));
                }
                callback.onCompletion(metadata, failure);
              });
    }

    /** How many partitions a topic has, as the client knows it; it asks Kafka if it does not. */
    int partitions(String topic) {
      return producer.partitionsFor(topic).size();
    }

    /**
     * Marks it as spent. It takes no lock, because it is called on the producer's own thread, which
     * {@link #current} waits for when it closes a spent one.
     */
    void retire() {
      spent = true;
    }

    private void close(Duration budget) {
      watch.close();
      producer.close(budget);
    }
  }

  private final Supplier<Producer<byte[], byte[]>> fresh;
  private final OutboxMeters meters;
  private final BrokerClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Carrier carrier;

  /** A producer of these settings. */
  static Producer<byte[], byte[]> made(OutboxSettings settings) {
    return new KafkaProducer<>(
        settings.producerProperties(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Makes the first producer at once, so that impossible properties are known at start. */
  SharedProducer(Supplier<Producer<byte[], byte[]>> fresh, OutboxMeters meters, BrokerClock clock) {
    this.fresh = fresh;
    this.meters = meters;
    this.clock = clock;
    this.carrier = carrier();
  }

  private Carrier carrier() {
    Producer<byte[], byte[]> producer = fresh.get();
    return new Carrier(producer, meters.watch(producer), clock);
  }

  /**
   * What to send with. Whatever a spent producer still held comes back to its callbacks as failed.
   *
   * @throws RuntimeException if there is no fresh one yet; another time there may be
   */
  Carrier current() {
    Carrier usual = carrier;
    return usual.spent ? replaced() : usual;
  }

  private Carrier replaced() {
    lock.lock();
    try {
      if (carrier.spent) {
        carrier.close(Duration.ZERO);
        carrier = carrier();
        log.atWarn().log("A Kafka producer that could not go on was replaced");
      }
      return carrier;
    } finally {
      lock.unlock();
    }
  }

  /** Sends what it holds for at most {@code budget}, then fails the rest. */
  void close(Duration budget) {
    lock.lock();
    try {
      carrier.close(budget);
    } finally {
      lock.unlock();
    }
  }
}
