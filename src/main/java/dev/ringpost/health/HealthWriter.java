package dev.ringpost.health;

import dev.ringpost.call.DeviceKey;
import dev.ringpost.events.health.DeviceHealth;
import dev.ringpost.events.health.DeviceHealthCodec;
import dev.ringpost.telemetry.HealthMeters;
import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** The writer of what is known of devices. For one thread. */
final class HealthWriter implements HealthOutlet, AutoCloseable {

  /** Bound on closing; what was not stored is written again by whoever goes on. */
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;
  private final KafkaClientWatch watch;
  private final String topic;
  private final AtomicReference<Optional<Exception>> failure =
      new AtomicReference<>(Optional.empty());

  private HealthWriter(Producer<byte[], byte[]> producer, KafkaClientWatch watch, String topic) {
    this.producer = producer;
    this.watch = watch;
    this.topic = topic;
  }

  static HealthWriter open(HealthSettings settings, HealthMeters meters) {
    var producer = new KafkaProducer<byte[], byte[]>(HealthClients.writer(settings));
    return new HealthWriter(producer, meters.watch(producer), settings.topics().deviceHealth());
  }

  @Override
  public void write(DeviceKey device, Optional<DeviceHealth> health) {
    byte[] value = health.map(DeviceHealthCodec::encode).orElse(null);
    var record = new ProducerRecord<byte[], byte[]>(topic, device.bytes(), value);
    var _ =
        producer.send(
            record,
            (_, failed) -> {
              if (failed != null) {
                failure.set(Optional.of(failed));
              }
            });
  }

  /**
   * Returns once everything is stored.
   *
   * @throws KafkaException if something never will be
   */
  void flush() {
    producer.flush();
    failure
        .get()
        .ifPresent(
            failed -> {
              throw new KafkaException(topic + " does not take a record", failed);
            });
  }

  @Override
  public void close() {
    watch.close();
    producer.close(CLOSE_BOUND);
  }
}
