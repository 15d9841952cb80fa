package dev.ringpost.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.telemetry.OutboxMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.TestInTurn;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The outbox on a real broker: what Kafka itself says about missing topics and large records. */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaOutboxOnKafkaTest {

  private static final int LARGER_THAN_THE_CLIENT_TAKES = 2_000_000;
  private static final Flaw FLAW = new Flaw(DeadLetterReason.NOT_JSON, "the value is not JSON");

  private final LocalKafka kafka = LocalKafka.start();
  private final Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));

  @AfterAll
  void stop() {
    admin.close(Duration.ZERO);
    kafka.close();
  }

  @TestInTurn
  void resultsWaitForTheirTopicWhileDeadLettersFlow() throws Exception {
    create("dead-1", Map.of());
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (KafkaOutbox outbox = open("results-1", "dead-1", registry)) {
      List<CompletableFuture<Void>> results = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        results.add(outbox.store(settled()));
      }
      assertThat(outbox.store(deadLetter("not JSON".getBytes(UTF_8))))
          .succeedsWithin(30, TimeUnit.SECONDS);
      assertThat(results).noneMatch(Future::isDone);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(outbox.refused())
                      .singleElement()
                      .satisfies(refused -> assertThat(refused.topic()).isEqualTo("results-1"))
                      .satisfies(refused -> assertThat(refused.trouble()).contains("results-1")));

      create("results-1", Map.of());

      assertThat(CompletableFuture.allOf(results.toArray(CompletableFuture[]::new)))
          .succeedsWithin(30, TimeUnit.SECONDS);
      assertThat(outbox.refused()).isEmpty();
    }
    assertThat(read("results-1", 100))
        .hasSize(100)
        .allSatisfy(
            result -> assertThat(result.key()).isEqualTo(Samples.CALL.value().getBytes(UTF_8)));
  }

  @TestInTurn
  void aDeadLetterIsTheRecordByteForByte() throws Exception {
    create("results-2", Map.of());
    create("dead-2", Map.of());
    byte[] value = {(byte) 0xFF, 0, '{'};
    try (KafkaOutbox outbox = open("results-2", "dead-2", new SimpleMeterRegistry())) {
      assertThat(outbox.store(deadLetter(value))).succeedsWithin(30, TimeUnit.SECONDS);
    }

    ConsumerRecord<byte[], byte[]> letter = read("dead-2", 1).getFirst();
    assertThat(letter.key()).isEqualTo("alice".getBytes(UTF_8));
    assertThat(letter.value()).isEqualTo(value);
    assertThat(letter.headers().lastHeader("theirs").value()).isEqualTo("kept".getBytes(UTF_8));
    assertThat(letter.headers().lastHeader("ringpost-origin-offset").value())
        .isEqualTo("42".getBytes(UTF_8));
  }

  @TestInTurn
  void aRecordWithoutKeyAndValueIsADeadLetterToo() throws Exception {
    create("results-3", Map.of());
    create("dead-3", Map.of());
    var empty =
        new Arrival.Malformed(
            new Envelope(Samples.envelope().origin(), null, null, List.of()),
            FLAW,
            Optional.empty());
    try (KafkaOutbox outbox = open("results-3", "dead-3", new SimpleMeterRegistry())) {
      assertThat(outbox.store(deadLetter(empty))).succeedsWithin(30, TimeUnit.SECONDS);
    }

    ConsumerRecord<byte[], byte[]> letter = read("dead-3", 1).getFirst();
    assertThat(letter.key()).isNull();
    assertThat(letter.value()).isNull();
  }

  @TestInTurn
  void aDeadLetterTooLargeForItsTopicGoesWithoutItsValue() throws Exception {
    create("results-4", Map.of());
    create("dead-4", Map.of("max.message.bytes", "20000"));
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (KafkaOutbox outbox = open("results-4", "dead-4", registry)) {
      // One after the other: of several in one batch the client would split it, see OutboxSettings.
      for (int size : new int[] {10, 30_000, LARGER_THAN_THE_CLIENT_TAKES}) {
        assertThat(outbox.store(deadLetter(new byte[size]))).succeedsWithin(30, TimeUnit.SECONDS);
      }
    }

    assertThat(read("dead-4", 3))
        .extracting(
            letter ->
                letter.value() == null
                    ? new String(letter.headers().lastHeader("ringpost-value-size").value(), UTF_8)
                    : "whole")
        .containsExactlyInAnyOrder("whole", "30000", "2000000");
  }

  @TestInTurn
  void whatCannotBeStoredInAnyFormIsGivenUpAndHoldsNothing() throws Exception {
    create("results-5", Map.of("max.message.bytes", "100"));
    create("dead-5", Map.of("max.message.bytes", "100"));
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (KafkaOutbox outbox = open("results-5", "dead-5", registry)) {
      assertThat(outbox.store(settled())).succeedsWithin(30, TimeUnit.SECONDS);
      assertThat(outbox.store(deadLetter(new byte[5_000]))).succeedsWithin(30, TimeUnit.SECONDS);
    }
    for (String kind : List.of("result", "dead_letter")) {
      assertThat(
              registry
                  .get("ringpost.outputs")
                  .tag("kind", kind)
                  .tag("end", "given_up")
                  .counter()
                  .count())
          .isEqualTo(1);
    }
  }

  @TestInTurn
  void aRecordThatItsTopicForbidsIsGivenUp() throws Exception {
    create("results-6", Map.of());
    create("dead-6", Map.of("cleanup.policy", "compact"));
    var keyless =
        new Arrival.Malformed(
            new Envelope(Samples.envelope().origin(), null, new byte[10], List.of()),
            FLAW,
            Optional.empty());
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (KafkaOutbox outbox = open("results-6", "dead-6", registry)) {
      List<CompletableFuture<Void>> stored =
          List.of(
              outbox.store(deadLetter(new byte[10])),
              outbox.store(deadLetter(keyless)),
              outbox.store(deadLetter(new byte[10])));
      assertThat(CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)))
          .succeedsWithin(30, TimeUnit.SECONDS);
    }
    assertThat(read("dead-6", 2)).hasSize(2);
  }

  @TestInTurn
  void theBrokersTimeIsLearntWhereTheBrokerWritesIt() throws Exception {
    Duration ahead = Duration.ofSeconds(45);
    InstantSource wrong = InstantSource.offset(InstantSource.system(), ahead);
    create("results-clock", Map.of("message.timestamp.type", "LogAppendTime"));
    create("results-own-time", Map.of("message.timestamp.type", "CreateTime"));
    var told = new BrokerClock(wrong);
    var untold = new BrokerClock(wrong);
    try (var byBroker = open("results-clock", "dead-clock", new SimpleMeterRegistry(), told);
        var byUs = open("results-own-time", "dead-clock", new SimpleMeterRegistry(), untold)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                byBroker.store(OutboxFixture.settled(Verdict.ACCEPTED)).get(30, TimeUnit.SECONDS);
                return !told.offset().isZero();
              });
      byUs.store(OutboxFixture.settled(Verdict.ACCEPTED)).get(30, TimeUnit.SECONDS);
    }
    assertThat(told.offset().minus(ahead).abs()).isLessThan(BrokerClock.LONGEST_TRIP);
    assertThat(untold.offset()).as("this topic says nothing of the broker's time").isZero();
  }

  private KafkaOutbox open(String results, String dead, SimpleMeterRegistry registry) {
    return open(results, dead, registry, new BrokerClock(InstantSource.system()));
  }

  private KafkaOutbox open(
      String results, String dead, SimpleMeterRegistry registry, BrokerClock clock) {
    return KafkaOutbox.open(
        new OutboxSettings(
            results,
            dead,
            dead + ".invalidations",
            List.of(dead + ".retry-1"),
            CalleeAs.PLAIN,
            ResultFormat.JSON,
            Map.of("bootstrap.servers", kafka.bootstrapServers())),
        new OutboxMeters(new Telemetry(registry)),
        clock,
        (_, _) -> false);
  }

  private void create(String topic, Map<String, String> settings) throws Exception {
    admin
        .createTopics(List.of(new NewTopic(topic, 2, (short) 1).configs(settings)))
        .all()
        .get(30, TimeUnit.SECONDS);
  }

  private List<ConsumerRecord<byte[], byte[]>> read(String topic, int atLeast) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers", kafka.bootstrapServers(), "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1)));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return records.size() >= atLeast;
              });
    }
    return records;
  }

  private static Decision settled() {
    return new Decision(
        Samples.invited(),
        Samples.pushes(Samples.accepted(Samples.device("phone"))),
        new Disposition.Final(Verdict.ACCEPTED),
        Samples.NOW);
  }

  private static Decision deadLetter(byte[] value) {
    return deadLetter(
        new Arrival.Malformed(
            Samples.envelope(value, Samples.header("theirs", "kept")), FLAW, Optional.empty()));
  }

  private static Decision deadLetter(Arrival arrival) {
    return new Decision(
        arrival, DeliveryReport.nothing(), new Disposition.DeadLetter(FLAW), Samples.NOW);
  }
}
