package dev.ringpost.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.TestInTurn;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The reading of calls' signals from a real broker. Each test has topics of its own. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(DirectoryFixture.THREADS)
class SignalsKafkaTest {

  private static final Duration RING_MAX = Duration.ofMinutes(2);
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final AtomicInteger TESTS = new AtomicInteger();

  private static LocalKafka kafka;
  private static Admin admin;
  private static KafkaProducer<byte[], byte[]> producer;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final int test = TESTS.incrementAndGet();
  private final String tokens = "tokens-" + test;
  private final String dead = "dead-" + test;
  private final String calls = "calls-" + test;

  @BeforeAll
  static void startKafka() {
    kafka = LocalKafka.start();
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stopKafka() {
    producer.close(Duration.ZERO);
    admin.close(Duration.ZERO);
    kafka.close();
  }

  @BeforeEach
  void createTopics() throws Exception {
    admin
        .createTopics(Stream.of(tokens, dead, calls).map(topic -> topic(topic, 2)).toList())
        .all()
        .get();
  }

  private static NewTopic topic(String name, int partitions) {
    return new NewTopic(name, partitions, (short) 1);
  }

  private Directory loaded() {
    var directory =
        new Directory(
            new DirectorySettings(
                tokens,
                dead,
                calls,
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                true,
                Duration.ofSeconds(2),
                Duration.ofMillis(200),
                Duration.ofHours(1),
                RING_MAX,
                Optional.empty(),
                Optional.empty()),
            new DirectoryMeters(new Telemetry(registry)),
            InstantSource.system());
    directory.start();
    await().atMost(SOON).until(directory::loaded);
    return directory;
  }

  private static CallInvite invite(String call) {
    CallInvite any = Samples.invite();
    return new CallInvite(
        new CallId(call),
        any.callUuid(),
        any.callee(),
        any.caller(),
        any.media(),
        InstantSource.system().instant().minus(RING_MAX.multipliedBy(10)),
        any.deadline(),
        Optional.empty(),
        Set.of(),
        any.custom());
  }

  private void end(int partition, Duration ago, String call) throws Exception {
    byte[] value = "{\"callId\": \"%s\", \"type\": \"ended\"}".formatted(call).getBytes(UTF_8);
    long timestamp = InstantSource.system().instant().minus(ago).toEpochMilli();
    producer
        .send(new ProducerRecord<>(calls, partition, timestamp, call.getBytes(UTF_8), value))
        .get();
  }

  private static void awaitEnded(Directory directory, String call) {
    await().atMost(SOON).until(() -> directory.calls().ended(invite(call)));
  }

  @TestInTurn
  void readingBeginsAFewMinutesBackAndGoesOn() throws Exception {
    end(0, Duration.ofMinutes(15), "long over");
    end(0, Duration.ofMinutes(1), "just over");
    end(1, Duration.ofMinutes(15), "long over too");
    try (Directory directory = loaded()) {
      assertThat(directory.calls().ended(invite("just over"))).isTrue();
      assertThat(directory.calls().ended(invite("long over"))).isFalse();
      assertThat(directory.calls().ended(invite("long over too"))).isFalse();
      assertThat(directory.calls().ended(invite("not over"))).isFalse();

      end(1, Duration.ZERO, "not over");
      awaitEnded(directory, "not over");
      await().atMost(SOON).until(() -> behind() < 2);
    }
    assertThat(registry.get("ringpost.view.entries").tag("view", "signals").gauge().value())
        .isEqualTo(2);
    assertThat(registry.get("ringpost.view.lag").tag("view", "signals").gauge().value()).isZero();
  }

  private double behind() {
    return registry.get("ringpost.view.behind").tag("view", "signals").gauge().value();
  }

  @TestInTurn
  void aTopicThatIsMadeAnewIsReadFromAFewMinutesBackAndNothingIsForgotten() throws Exception {
    end(0, Duration.ZERO, "before");
    try (Directory directory = loaded()) {
      assertThat(directory.calls().ended(invite("before"))).isTrue();
      admin.deleteTopics(List.of(calls)).all().get();
      await().atMost(SOON).until(() -> !admin.listTopics().names().get().contains(calls));
      admin.createTopics(List.of(topic(calls, 2))).all().get();
      end(1, Duration.ofMinutes(15), "long over");
      end(1, Duration.ofMinutes(1), "after");
      awaitEnded(directory, "after");

      assertThat(directory.calls().ended(invite("before"))).isTrue();
      assertThat(directory.calls().ended(invite("long over"))).isFalse();
      assertThat(directory.loaded()).isTrue();
    }
  }

  @TestInTurn
  void addedPartitionsAreReadFromTheirBeginning() throws Exception {
    try (Directory directory = loaded()) {
      admin.createPartitions(Map.of(calls, NewPartitions.increaseTo(4))).all().get();
      end(3, Duration.ofMinutes(15), "as written with a slow clock");
      end(3, Duration.ZERO, "over");
      awaitEnded(directory, "over");

      assertThat(directory.calls().ended(invite("as written with a slow clock"))).isTrue();
    }
  }
}
