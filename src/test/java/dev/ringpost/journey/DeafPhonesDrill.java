package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.WireTime;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.testing.LocalHealth;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.TopicContents;
import dev.ringpost.testing.WorkerProcess;
import dev.ringpost.tools.check.TopicInspection;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The search for deaf phones on a platform where a tenth is deaf, with calls of three days that are
 * told within a minute: all are found and none else, though the process leaves in the midst and
 * another is killed.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeafPhonesDrill {

  private static final int USERS = 50;
  private static final int ROUNDS = 6;
  private static final String TOPIC = "voip-device-health";
  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(10);
  private static final Pattern JUDGED =
      Pattern.compile(
          "^ringpost_health_calls_total\\{end=\"(rang|unrung)\"} [1-9]", Pattern.MULTILINE);

  private final Instant begin = Instant.now().minus(Duration.ofDays(3));

  private Path folder;
  private LocalKafka kafka;
  private Path config;
  private KafkaProducer<String, String> producer;

  @BeforeAll
  void start(@TempDir Path files) throws Exception {
    folder = files;
    kafka = LocalKafka.start();
    config =
        ConfigFile.of(kafka.bootstrapServers())
            .with("  device-health: " + TOPIC + "\n")
            .with("admin: {host: localhost, port: 0}\n")
            .write(folder.resolve("ringpost.yaml"));
    assertThat(
            TopicInspection.of(ConfigLoader.loadWithoutApple(config, Map.of()))
                .report(true)
                .severity())
        .isEqualTo(Severity.OK);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer());
  }

  @AfterAll
  void stop() {
    producer.close();
    kafka.close();
  }

  @Test
  void aTenthIsDeafAndAllOfThemAreFoundThoughItRestarts() throws Exception {
    try (var first = LocalHealth.start(config)) {
      round(0);
      round(1);
      awaitJudged(first, 2);
      round(2);
      // and leaves while the calls of this round are open
    }
    killOneInTheMidst(3);
    assertThat(deaf()).isEmpty();
    assertThat(list().code()).isEqualTo(66);
    try (var second = LocalHealth.start(config);
        var standby = LocalHealth.start(config)) {
      // the new member may have become the one that works
      for (int round = 4; round < ROUNDS; round++) {
        round(round);
      }
      await().atMost(WITHIN).until(() -> deaf().size() == USERS / 10);
      await()
          .atMost(WITHIN)
          .until(
              () ->
                  second.metric("ringpost_health_devices_deaf")
                          + standby.metric("ringpost_health_devices_deaf")
                      == USERS / 10.0);
      // told as deaf with the fifth call; the sixth follows
      await()
          .atMost(WITHIN)
          .until(
              () ->
                  health().values().stream()
                      .allMatch(json -> json.path("unrungCalls").asInt() >= ROUNDS));
      assertThat(
              second.metric("ringpost_health_working") + standby.metric("ringpost_health_working"))
          .isOne();
    }

    assertThat(deaf()).isEqualTo(expected());
    health()
        .values()
        .forEach(
            json ->
                assertThat(json.path("unrungCalls").asInt())
                    .as("every call counted once, also those around the restarts")
                    .isEqualTo(ROUNDS));
    for (ConsumerRecord<byte[], byte[]> record :
        TopicContents.upToNow(kafka.bootstrapServers(), TOPIC)) {
      if (record.value() != null) {
        assertThat(EventSchema.of("device-health.json").flaws(new String(record.value(), UTF_8)))
            .isEmpty();
      }
    }
    TypedCommands.Ended listed = list();
    assertThat(listed.code()).isZero();
    assertThat(listed.json()).hasSize(USERS / 10);
  }

  /** Of the shipped jar: it has judged some calls of a round, or of the one before, and no more. */
  private void killOneInTheMidst(int round) {
    try (var victim = WorkerProcess.serve(config, folder, "victim", "health")) {
      victim.awaitReady();
      round(round);
      await()
          .atMost(WITHIN)
          .pollInterval(LOOK)
          .until(() -> JUDGED.matcher(victim.get("/metrics")).find());
      victim.kill();
    }
  }

  /** Of a process that was away for longer than Kafka keeps signals. */
  @Test
  void aCallWhoseSignalsAreDeletedMakesNobodyDeaf() throws Exception {
    var partitions =
        IntStream.range(0, 6).mapToObj(it -> new TopicPartition("call-signals", it)).toList();
    partitions.forEach(it -> send(new ProducerRecord<>("call-signals", it.partition(), "c", "{}")));
    producer.flush();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .deleteRecords(
              partitions.stream()
                  .collect(Collectors.toMap(it -> it, _ -> RecordsToDelete.beforeOffset(-1))))
          .all()
          .get();
    }
    try (var running = LocalHealth.start(config)) {
      double before = running.judged("signals_gone");
      Instant at = Instant.now().minusSeconds(120);
      send(new ProducerRecord<>("call-push-results", "gone", result("gone", 3, at)));
      await().atMost(WITHIN).until(() -> running.judged("signals_gone") > before);
    }
  }

  private static Set<String> expected() {
    return IntStream.range(0, USERS)
        .filter(DeafPhonesDrill::isDeaf)
        .mapToObj(user -> "user-" + user + "/phone")
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isDeaf(int user) {
    return user % 10 == 3;
  }

  /** One call for each user; of the others each one misses a call now and then. */
  private void round(int round) {
    for (int user = 0; user < USERS; user++) {
      Instant at = begin.plus(Duration.ofHours(12L * round)).plusSeconds(user);
      String call = "call-" + round + "-" + user;
      boolean missed = user % 7 == 1 && round % 3 != 2;
      if (!isDeaf(user) && !missed) {
        send(
            new ProducerRecord<>(
                "call-signals",
                call,
                """
                {"callId":"%s","callee":"user-%d","type":"ringing","deviceId":"phone","at":"%s"}
                """
                    .formatted(call, user, at.plusSeconds(1))));
      }
      send(new ProducerRecord<>("call-push-results", call, result(call, user, at)));
    }
    producer.flush();
  }

  private void send(ProducerRecord<String, String> record) {
    var _ = producer.send(record);
  }

  private static String result(String call, int user, Instant at) {
    String result =
        """
        {"callId":"%s","callUuid":"%s","callee":"user-%d",
         "invite":{"topic":"call-invites","partition":0,"offset":%d},"attempt":1,"final":true,
         "verdict":"accepted","suggest":"none",
         "devices":[{"deviceId":"phone","tokenDigest":"%s","app":"com.example.phone",
           "registeredEnvironment":"production","outcome":"accepted","apnsId":"%s","status":200,
           "tries":1,"millis":43}],
         "invitedAt":"%s","expiresAt":"%s","decidedAt":"%s"}
        """
            .formatted(
                call,
                UUID.nameUUIDFromBytes(call.getBytes(UTF_8)),
                user,
                call.hashCode() & Integer.MAX_VALUE,
                CalleeAs.digest("token-" + user),
                UUID.nameUUIDFromBytes(("push-" + call).getBytes(UTF_8)),
                WireTime.of(at),
                WireTime.of(at.plusSeconds(30)),
                WireTime.of(at));
    assertThat(EventSchema.of("result.json").flaws(result)).isEmpty();
    return result;
  }

  private static void awaitJudged(LocalHealth running, int rounds) {
    await()
        .atMost(WITHIN)
        .untilAsserted(
            () ->
                assertThat(running.judged("rang") + running.judged("unrung"))
                    .as(
                        "others_silent %s, repeated %s",
                        running.judged("others_silent"), running.judged("repeated"))
                    .isEqualTo(rounds * (double) USERS));
  }

  private Map<String, JsonNode> health() {
    Map<String, JsonNode> newest = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record :
        TopicContents.upToNow(kafka.bootstrapServers(), TOPIC)) {
      String device = new String(record.key(), UTF_8);
      if (record.value() == null) {
        newest.remove(device);
      } else {
        newest.put(device, CallPlatform.json(new String(record.value(), UTF_8)));
      }
    }
    newest.values().removeIf(json -> !json.path("deaf").asBoolean());
    return newest;
  }

  private Set<String> deaf() {
    return new TreeSet<>(health().keySet());
  }

  private TypedCommands.Ended list() {
    return new TypedCommands(config).json("deaf");
  }
}
