package dev.ringpost.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.telemetry.OutboxMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** An outbox on producers of the test's choice, and what goes into it. */
final class OutboxFixture implements AutoCloseable {

  static final String RESULTS = "call-push-results";
  static final String INVALIDATIONS = "voip-token-invalidations";
  static final String DEAD = "call-invites.dlq";
  static final long BACKLOG_BYTES = 256 * 1024;
  static final Flaw FLAW = new Flaw(DeadLetterReason.WRONG_TOPIC, "DeviceTokenNotForTopic");
  private static final OutboxSettings SETTINGS =
      new OutboxSettings(
          RESULTS,
          DEAD,
          INVALIDATIONS,
          List.of("retry-1", "retry-2"),
          CalleeAs.PLAIN,
          ResultFormat.JSON,
          Map.of("bootstrap.servers", "localhost:1"));

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SettableClock clock = new SettableClock(Samples.NOW);
  private final Deque<KafkaOutbox> opened = new ArrayDeque<>();

  @Override
  public void close() {
    opened.forEach(outbox -> outbox.close(Duration.ZERO));
  }

  SimpleMeterRegistry registry() {
    return registry;
  }

  SettableClock clock() {
    return clock;
  }

  KafkaOutbox open(Producer<byte[], byte[]> only) {
    return open(() -> only);
  }

  KafkaOutbox open(Producer<byte[], byte[]> first, Producer<byte[], byte[]> second) {
    Deque<Producer<byte[], byte[]>> supply = new ArrayDeque<>(List.of(first, second));
    return open(supply::remove);
  }

  KafkaOutbox open(Producer<byte[], byte[]> only, Backlog backlog) {
    return open(() -> only, backlog);
  }

  KafkaOutbox open(Supplier<Producer<byte[], byte[]>> fresh) {
    return open(fresh, new Backlog(BACKLOG_BYTES, System::nanoTime));
  }

  private KafkaOutbox open(Supplier<Producer<byte[], byte[]>> fresh, Backlog backlog) {
    var meters = new OutboxMeters(new Telemetry(registry));
    KafkaOutbox outbox =
        KafkaOutbox.open(
            SETTINGS,
            meters,
            new BrokerClock(clock),
            fresh,
            Duration.ofMillis(1),
            backlog,
            (_, _) -> false);
    opened.add(outbox);
    return outbox;
  }

  static Decision settled(Verdict verdict) {
    return settled(Samples.invited(), verdict);
  }

  static Decision settled(Arrival arrival, Verdict verdict) {
    return new Decision(
        arrival,
        Samples.pushes(Samples.accepted(Samples.device("phone"))),
        new Disposition.Final(verdict),
        Samples.NOW);
  }

  static Decision deadLetter(Arrival arrival) {
    return new Decision(
        arrival, DeliveryReport.nothing(), new Disposition.DeadLetter(FLAW), Samples.NOW);
  }

  static void assertStored(CompletableFuture<Void> stored) {
    assertThat(stored).succeedsWithin(30, TimeUnit.SECONDS);
  }

  static List<String> headers(ProducerRecord<byte[], byte[]> record) {
    return Arrays.stream(record.headers().toArray())
        .map(header -> header.key() + "=" + new String(header.value(), UTF_8))
        .toList();
  }

  double outputs(String kind, String end) {
    return registry.get("ringpost.outputs").tag("kind", kind).tag("end", end).counter().count();
  }

  double backlog() {
    return registry.get("ringpost.outputs.backlog.ratio").gauge().value();
  }

  double waiting(String kind) {
    return registry.get("ringpost.outputs.waiting").tag("kind", kind).gauge().value();
  }
}
