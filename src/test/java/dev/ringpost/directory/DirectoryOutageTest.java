package dev.ringpost.directory;

import static dev.ringpost.directory.DirectoryFixture.RING_MAX;
import static dev.ringpost.directory.DirectoryFixture.SOON;
import static dev.ringpost.directory.DirectoryFixture.awaitLive;
import static dev.ringpost.directory.DirectoryFixture.bytes;
import static dev.ringpost.directory.DirectoryFixture.live;
import static dev.ringpost.directory.DirectoryFixture.registration;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.UserId;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.TestInTurn;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The directory while there is no Kafka, and what it says. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(DirectoryFixture.THREADS)
class DirectoryOutageTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private static final String TOKENS = "tokens";
  private static final String DEAD = "dead";
  private static final String CALLS = "calls";

  @TestInTurn
  void outlivesAnOutage() throws Exception {
    try (LocalKafka own = LocalKafka.startForOutages();
        Admin ownAdmin = Admin.create(Map.of("bootstrap.servers", own.bootstrapServers()));
        var ownProducer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", own.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      ownAdmin
          .createTopics(
              Stream.of(TOKENS, DEAD, CALLS)
                  .map(topic -> new NewTopic(topic, 1, (short) 1))
                  .toList())
          .all()
          .get();
      ownProducer
          .send(new ProducerRecord<>(TOKENS, bytes("alice/phone"), bytes(registration("01"))))
          .get();
      var settings =
          DirectorySettings.of(
              TOKENS,
              DEAD,
              CALLS,
              RING_MAX,
              Map.of("bootstrap.servers", own.bootstrapServers()),
              true);
      try (var directory =
          new Directory(
              settings, new DirectoryMeters(new Telemetry(registry)), InstantSource.system())) {
        directory.start();
        await()
            .atMost(SOON)
            .until(() -> directory.loaded() && !directory.lookup(new UserId("alice")).behind());

        own.stopBrokers();
        await().atMost(SOON).until(() -> directory.lookup(new UserId("alice")).behind());
        assertThat(live(directory, "alice")).containsExactly("phone=01");
        assertThat(directory.loaded()).isTrue();
        assertThat(directory.sinceTurn()).isLessThan(Duration.ofSeconds(10));

        own.startBrokers();
        ownProducer
            .send(new ProducerRecord<>(TOKENS, bytes("alice/phone"), bytes(registration("02"))))
            .get();
        awaitLive(directory, "alice", "phone=02");
        await().atMost(SOON).until(() -> !directory.lookup(new UserId("alice")).behind());
      }
    }
  }

  @TestInTurn
  void turnsAndClosesWithoutAnyKafka() {
    var settings =
        DirectorySettings.of(
            TOKENS, DEAD, CALLS, RING_MAX, Map.of("bootstrap.servers", "localhost:1"), true);
    var directory =
        new Directory(
            settings, new DirectoryMeters(new Telemetry(registry)), InstantSource.system());
    Set<Thread> others = followers();
    directory.start();
    await().pollDelay(Duration.ofMillis(500)).until(() -> true);

    assertThat(directory.sinceTurn()).isLessThan(Duration.ofSeconds(10));
    assertThat(directory.loaded()).isFalse();
    assertThat(directory.lookup(new UserId("alice")).behind()).isTrue();
    assertThat(directory.notLoaded()).hasSize(3);
    directory.close();
    Set<Thread> left = followers();
    left.removeAll(others);
    assertThat(left).isEmpty();
  }

  private static Set<Thread> followers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("ringpost-tokens"))
        .collect(Collectors.toCollection(HashSet::new));
  }
}
