package dev.ringpost.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.DeviceLookup;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.LocalKafka;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The directory on a real broker. Each test has topics of its own. */
class DirectoryKafkaTest {

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
    kafka =
        LocalKafka.start(
            Map.of(
                "log.cleaner.backoff.ms", "100",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "1"));
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    producer = producer(Map.of());
  }

  @AfterAll
  static void stopKafka() {
    producer.close(Duration.ZERO);
    admin.close(Duration.ZERO);
    kafka.close();
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void create(String topic, int partitions, Map<String, String> config)
      throws Exception {
    admin
        .createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(config)))
        .all()
        .get();
  }

  private void createAll() throws Exception {
    create(tokens, 2, Map.of());
    create(dead, 1, Map.of());
    create(calls, 2, Map.of());
  }

  private Directory directory(Duration topicCheck) {
    return new Directory(
        new DirectorySettings(
            tokens,
            dead,
            calls,
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            true,
            Duration.ofSeconds(2),
            topicCheck,
            Duration.ofHours(1),
            RING_MAX),
        new DirectoryMeters(new Telemetry(registry)),
        InstantSource.system());
  }

  /** A directory that has started and looks at its topics five times a second. */
  private Directory started() {
    Directory directory = directory(Duration.ofMillis(200));
    directory.start();
    return directory;
  }

  private Directory loaded() {
    Directory directory = started();
    await().atMost(SOON).until(directory::loaded);
    return directory;
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(UTF_8);
  }

  private static String registration(String token) {
    return """
    {"token": "%s", "environment": "production", "bundleId": "com.example.phone"}
    """
        .formatted(token);
  }

  private static void send(
      String topic, int partition, @Nullable Long timestamp, String key, @Nullable String value)
      throws Exception {
    producer
        .send(new ProducerRecord<>(topic, partition, timestamp, bytes(key), bytes(value)))
        .get();
  }

  private void register(int partition, String key, String token) throws Exception {
    send(tokens, partition, null, key, registration(token));
  }

  private static Set<String> live(Directory directory, String user) {
    return directory.lookup(new UserId(user)).live().stream()
        .map(device -> device.id() + "=" + device.token().hex())
        .collect(Collectors.toSet());
  }

  private static void awaitLive(Directory directory, String user, String... devices) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(live(directory, user)).containsExactlyInAnyOrder(devices));
  }

  @Test
  void loadsWhatIsThereAndFollowsWhatComes() throws Exception {
    createAll();
    register(0, "alice/phone", "01");
    register(1, "alice/tablet", "02");
    send(tokens, 0, null, "bob/phone", "not json");
    try (Directory directory = loaded()) {
      assertThat(live(directory, "alice")).containsExactlyInAnyOrder("phone=01", "tablet=02");
      assertThat(live(directory, "bob")).isEmpty();
      assertThat(directory.notLoaded()).isEmpty();

      register(0, "alice/phone", "03");
      awaitLive(directory, "alice", "phone=03", "tablet=02");

      send(tokens, 1, null, "alice/tablet", null);
      awaitLive(directory, "alice", "phone=03");

      register(1, "carol/phone", "04");
      awaitLive(directory, "carol", "phone=04");

      register(0, "alice/phone", "nonsense");
      awaitLive(directory, "alice");
    }
    assertThat(registry.get("ringpost.view.loaded").tag("view", "tokens").gauge().value())
        .isEqualTo(1);
    assertThat(registry.get("ringpost.view.entries").tag("view", "tokens").gauge().value())
        .isEqualTo(1);
    assertThat(
            registry
                .get("ringpost.view.skipped")
                .tags("view", "tokens", "reason", "not_json")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void learnsWhichTokensAreDead() throws Exception {
    createAll();
    send(tokens, 0, 5000L, "alice/phone", registration("01"));
    String digest = VoipToken.parse("01").digest().value();
    String invalidation =
        """
        {"tokenDigest": "%s", "bundleId": "com.example.phone", "environment": "production",
         "invalidAt": "1970-01-01T00:00:05Z", "reason": "Unregistered"}
        """
            .formatted(digest);
    send(dead, 0, null, "alice/phone", invalidation);
    try (Directory directory = loaded()) {
      DeviceLookup lookup = directory.lookup(new UserId("alice"));
      assertThat(lookup.live()).isEmpty();
      assertThat(lookup.dead())
          .containsExactly(
              new Device(
                  new DeviceId("phone"),
                  VoipToken.parse("01"),
                  new BundleId("com.example.phone"),
                  Environment.PRODUCTION,
                  Instant.ofEpochMilli(5000)));

      send(tokens, 0, 5001L, "alice/phone", registration("01"));
      awaitLive(directory, "alice", "phone=01");

      send(tokens, 0, 5000L, "alice/phone", registration("01"));
      awaitLive(directory, "alice");

      send(dead, 0, null, "alice/phone", null);
      awaitLive(directory, "alice", "phone=01");
    }
  }

  @Test
  void isNotLoadedBeforeItHasReadTheEndOfEachPartition() throws Exception {
    createAll();
    int users = 20_000;
    for (int user = 0; user < users; user++) {
      var _ =
          producer.send(
              new ProducerRecord<>(
                  tokens,
                  user % 2,
                  bytes("user-" + user + "/phone"),
                  bytes(registration("%04x".formatted(user)))));
    }
    producer.flush();
    try (Directory directory = started()) {
      assertThat(directory.lookup(new UserId("nobody")).behind()).isTrue();
      while (!directory.loaded()) {
        Thread.onSpinWait();
      }
      assertThat(live(directory, "user-" + (users - 1))).containsExactly("phone=4e1f");
      assertThat(live(directory, "user-" + (users - 2))).containsExactly("phone=4e1e");
      await().atMost(SOON).until(() -> !directory.lookup(new UserId("nobody")).behind());
    }
  }

  @Test
  void waitsForTopicsThatDoNotExistYet() throws Exception {
    try (Directory directory = started()) {
      await()
          .atMost(SOON)
          .until(
              () ->
                  directory.notLoaded().stream()
                          .filter(words -> words.contains("does not exist"))
                          .count()
                      == 3);
      create(tokens, 1, Map.of());
      create(calls, 1, Map.of());
      await()
          .atMost(SOON)
          .until(() -> directory.notLoaded().equals(List.of("topic " + dead + " does not exist")));
      assertThat(directory.loaded()).isFalse();

      create(dead, 1, Map.of());
      await().atMost(SOON).until(directory::loaded);
    }
    assertThat(admin.listTopics().names().get()).contains(tokens, dead, calls);
  }

  @Test
  void readsAddedPartitionsFromTheirBeginning() throws Exception {
    createAll();
    try (Directory directory = loaded()) {
      admin.createPartitions(Map.of(tokens, NewPartitions.increaseTo(4))).all().get();
      register(3, "alice/phone", "01");
      awaitLive(directory, "alice", "phone=01");
      await().atMost(SOON).until(() -> !directory.lookup(new UserId("alice")).behind());
    }
  }

  @Test
  void aTopicThatIsMadeAnewBecomesANewView() throws Exception {
    createAll();
    register(0, "alice/phone", "01");
    try (Directory directory = loaded()) {
      delete(tokens);
      assertThat(live(directory, "alice")).as("what is known stays known").isNotEmpty();
      create(tokens, 2, Map.of());
      register(1, "bob/phone", "02");
      awaitLive(directory, "bob", "phone=02");

      assertThat(live(directory, "alice")).isEmpty();
      assertThat(directory.loaded()).isTrue();
    }
  }

  @Test
  void offsetsThatAreGoneMeanANewView() throws Exception {
    createAll();
    register(0, "alice/phone", "01");
    register(0, "alice/tablet", "02");
    try (Directory directory = directory(Duration.ofHours(1))) {
      directory.start();
      await().atMost(SOON).until(directory::loaded);
      delete(tokens);
      create(tokens, 2, Map.of());
      register(0, "bob/phone", "03");

      awaitLive(directory, "bob", "phone=03");
      assertThat(live(directory, "alice")).isEmpty();
    }
  }

  private static void delete(String topic) throws Exception {
    admin.deleteTopics(List.of(topic)).all().get();
    await().atMost(SOON).until(() -> !admin.listTopics().names().get().contains(topic));
  }

  @Test
  void onlyCommittedRecordsCount() throws Exception {
    createAll();
    try (var transactional = producer(Map.of("transactional.id", "writer-" + test))) {
      transactional.initTransactions();
      transactional.beginTransaction();
      var _ =
          transactional.send(
              new ProducerRecord<>(tokens, 0, bytes("alice/phone"), bytes(registration("01"))));
      transactional.commitTransaction();
      transactional.beginTransaction();
      var _ =
          transactional.send(
              new ProducerRecord<>(tokens, 0, bytes("alice/phone"), bytes(registration("02"))));
      transactional.abortTransaction();

      try (Directory directory = loaded()) {
        assertThat(live(directory, "alice")).containsExactly("phone=01");

        transactional.beginTransaction();
        var _ =
            transactional.send(
                new ProducerRecord<>(tokens, 0, bytes("alice/phone"), bytes(registration("03"))));
        transactional.commitTransaction();
        awaitLive(directory, "alice", "phone=03");
      }
    }
  }

  @Test
  void holesOfCompactionDoNotKeepItFromLoading() throws Exception {
    create(
        tokens,
        1,
        Map.of(
            "cleanup.policy", "compact",
            "segment.ms", "100",
            "min.cleanable.dirty.ratio", "0.001",
            "delete.retention.ms", "0"));
    create(dead, 1, Map.of());
    create(calls, 1, Map.of());
    int written = 0;
    while (written < 20 || recordsIn(tokens) >= written) {
      send(tokens, 0, null, "alice/phone", written % 3 == 0 ? null : registration("01"));
      written++;
      await().pollDelay(Duration.ofMillis(120)).until(() -> true);
    }
    register(0, "alice/phone", "02");

    try (Directory directory = loaded()) {
      assertThat(live(directory, "alice")).containsExactly("phone=02");
    }
  }

  /** Records that a reader of partition 0 finds now. */
  private static int recordsIn(String topic) {
    try (var reader =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      var partition = new TopicPartition(topic, 0);
      reader.assign(List.of(partition));
      reader.seekToBeginning(List.of(partition));
      long end = reader.endOffsets(List.of(partition)).values().iterator().next();
      int count = 0;
      while (reader.position(partition) < end) {
        count += reader.poll(Duration.ofMillis(100)).count();
      }
      return count;
    }
  }

  @Test
  void aKeyOnTwoPartitionsIsOneDevice() throws Exception {
    createAll();
    send(tokens, 0, 2000L, "alice/phone", registration("01"));
    send(tokens, 1, 1000L, "alice/phone", registration("02"));
    try (Directory directory = loaded()) {
      assertThat(live(directory, "alice")).containsExactly("phone=01");

      send(tokens, 1, 3000L, "alice/phone", registration("03"));
      awaitLive(directory, "alice", "phone=03");

      send(tokens, 1, 4000L, "alice/phone", null);
      awaitLive(directory, "alice");
    }
  }

  @Test
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
              Stream.of(tokens, dead, calls)
                  .map(topic -> new NewTopic(topic, 1, (short) 1))
                  .toList())
          .all()
          .get();
      ownProducer
          .send(new ProducerRecord<>(tokens, bytes("alice/phone"), bytes(registration("01"))))
          .get();
      var settings =
          DirectorySettings.of(
              tokens,
              dead,
              calls,
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
            .send(new ProducerRecord<>(tokens, bytes("alice/phone"), bytes(registration("02"))))
            .get();
        awaitLive(directory, "alice", "phone=02");
        await().atMost(SOON).until(() -> !directory.lookup(new UserId("alice")).behind());
      }
    }
  }

  @Test
  void turnsAndClosesWithoutAnyKafka() {
    var settings =
        DirectorySettings.of(
            tokens, dead, calls, RING_MAX, Map.of("bootstrap.servers", "localhost:1"), true);
    var directory =
        new Directory(
            settings, new DirectoryMeters(new Telemetry(registry)), InstantSource.system());
    directory.start();
    await().pollDelay(Duration.ofMillis(500)).until(() -> true);

    assertThat(directory.sinceTurn()).isLessThan(Duration.ofSeconds(10));
    assertThat(directory.loaded()).isFalse();
    assertThat(directory.lookup(new UserId("alice")).behind()).isTrue();
    assertThat(directory.notLoaded()).hasSize(3);
    directory.close();
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("ringpost-tokens")))
        .isEmpty();
  }
}
