package dev.ringpost.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.UserId;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The topics of one test, directories that follow them, and what is written to them. */
final class DirectoryFixture {

  static final Duration RING_MAX = Duration.ofMinutes(2);

  /** A lock: to see that a directory's threads have ended, no other may run in this JVM. */
  static final String THREADS = "threads of a directory";

  static final Duration SOON = Duration.ofSeconds(30);

  private static final AtomicInteger TESTS = new AtomicInteger();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final int test = TESTS.incrementAndGet();
  private final String tokens = "tokens-" + test;
  private final String dead = "dead-" + test;
  private final String calls = "calls-" + test;
  private final DirectoryKafka kafka;

  DirectoryFixture(DirectoryKafka kafka) {
    this.kafka = kafka;
  }

  SimpleMeterRegistry registry() {
    return registry;
  }

  String tokens() {
    return tokens;
  }

  String dead() {
    return dead;
  }

  String calls() {
    return calls;
  }

  void createAll() throws Exception {
    kafka.create(tokens, 2, Map.of());
    kafka.create(dead, 1, Map.of());
    kafka.create(calls, 2, Map.of());
  }

  Directory directory(Duration topicCheck) {
    return directory(settings(topicCheck));
  }

  Directory directory(DirectorySettings settings) {
    return new Directory(
        settings, new DirectoryMeters(new Telemetry(registry)), InstantSource.system());
  }

  DirectorySettings settings(Duration topicCheck) {
    return new DirectorySettings(
        tokens,
        dead,
        calls,
        Map.of("bootstrap.servers", kafka.bootstrapServers()),
        true,
        Duration.ofSeconds(2),
        topicCheck,
        Duration.ofHours(1),
        RING_MAX,
        Optional.empty(),
        Optional.empty());
  }

  /** A directory that has started and looks at its topics five times a second. */
  Directory started() {
    Directory directory = directory(Duration.ofMillis(200));
    directory.start();
    return directory;
  }

  Directory loaded() {
    Directory directory = started();
    await().atMost(SOON).until(directory::loaded);
    return directory;
  }

  static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(UTF_8);
  }

  static String registration(String token) {
    return """
    {"token": "%s", "environment": "production", "bundleId": "com.example.phone"}
    """
        .formatted(token);
  }

  void send(
      String topic, int partition, @Nullable Long timestamp, String key, @Nullable String value)
      throws Exception {
    kafka
        .producer()
        .send(new ProducerRecord<>(topic, partition, timestamp, bytes(key), bytes(value)))
        .get();
  }

  void register(int partition, String key, String token) throws Exception {
    send(tokens, partition, null, key, registration(token));
  }

  static Set<String> live(Directory directory, String user) {
    return directory.lookup(new UserId(user)).live().stream()
        .map(device -> device.id() + "=" + device.token().hex())
        .collect(Collectors.toSet());
  }

  static void awaitLive(Directory directory, String user, String... devices) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(live(directory, user)).containsExactlyInAnyOrder(devices));
  }
}
