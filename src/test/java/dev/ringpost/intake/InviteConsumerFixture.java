package dev.ringpost.intake;

import dev.ringpost.events.RingSettings;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A consumer of invites on Kafka's mocks, of a group that shares one topic. */
final class InviteConsumerFixture {

  static final String TOPIC = "call-invites";

  private InviteConsumerFixture() {}

  /**
   * Not started; its lease never ends.
   *
   * @param kafka what it gets as its client, one after the other
   */
  static InviteConsumer of(
      int maxInFlight,
      int ledgerSpan,
      Queue<RecordingConsumer> kafka,
      HeldArrivals arrivals,
      SimpleMeterRegistry registry) {
    var ring = new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call");
    var settings =
        new IntakeSettings(
            new IntakeSettings.Source.Fresh(TOPIC),
            "ringpost",
            maxInFlight,
            ledgerSpan,
            false,
            ring,
            IntakeSettings.GroupProtocol.CLASSIC,
            Map.of());
    return new InviteConsumer(
        settings,
        kafka::remove,
        () -> new Lease(Duration.ofSeconds(6), () -> 0),
        arrivals,
        () -> {},
        InstantSource.system(),
        new IntakeMeters(new Telemetry(registry), "invites"));
  }

  /** An invite that is valid. */
  static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset) {
    byte[] value =
        "{\"callId\":\"c\",\"callee\":\"b\",\"caller\":{\"uri\":\"sip:x\"}}"
            .getBytes(StandardCharsets.UTF_8);
    return new ConsumerRecord<>(
        partition.topic(), partition.partition(), offset, new byte[0], value);
  }
}
