package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.LocalWorker;
import dev.ringpost.testing.TestInTurn;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The health of one worker as probes and Prometheus see it: while it starts, after a journey,
 * without Kafka and without APNs. In this order.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(90)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HealthIT {

  /** Enough that loading them takes some looks at the probe. */
  private static final int REGISTRATIONS = 60_000;

  /** Longer than the loops may stand still before the worker counts as stuck. */
  private static final Duration OUTAGE = Duration.ofSeconds(32);

  private static final Duration PROBE_EVERY = Duration.ofMillis(500);
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final UserId ALICE = new UserId("alice-in-metrics");

  /** Meters of events that this class does not bring about; snapshots are off here. */
  private static final Set<String> NOT_MET =
      Set.of(
          "ringpost_missed_calls_waiting",
          "ringpost_partition_ownerless_seconds",
          "ringpost_view_snapshot_age_seconds",
          "ringpost_view_snapshot_interval_seconds",
          "ringpost_view_snapshot_refused_total",
          "ringpost_view_snapshot_size_bytes",
          "ringpost_view_snapshot_writes_total");

  /** What the meters begin with that only a service beside the workers has. */
  private static final List<String> OF_OTHERS =
      List.of("ringpost_gateway_", "ringpost_health_", "ringpost_shadow_", "ringpost_synthetic_");

  private LocalKafka kafka;
  private CallEnvironment environment;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    kafka = LocalKafka.start();
    Path tokens = Files.createDirectory(folder.resolve("export-tokens"));
    Files.writeString(tokens.resolve(CallEnvironment.PHONE.value()), "exp0rt-token\n2199-12-31\n");
    var config = ConfigFile.of(kafka.bootstrapServers()).withCanary().withExportTokens(tokens);
    environment = CallEnvironment.on(kafka.bootstrapServers(), folder, config, "");
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  @TestInTurn
  @Order(1)
  void whileItStartsItSaysWhatItWaitsFor() throws Exception {
    makeTopics();
    registerMany();
    LocalWorker worker;
    try (var rival = memberThatDoesNotMove()) {
      worker = environment.launchWorker();
      worker.awaitAdminPort();

      Set<String> reasons = new LinkedHashSet<>();
      await()
          .atMost(Duration.ofSeconds(40))
          .pollInterval(LOOK)
          .until(
              () -> {
                HttpResponse<String> page = worker.page("/readyz");
                assertThat(page.statusCode()).isEqualTo(503);
                assertThat(page.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("application/json");
                JsonNode answer = CallPlatform.json(page.body());
                assertThat(answer.path("ready").asBoolean()).isFalse();
                answer.path("notReady").forEach(reason -> reasons.add(reason.asText()));
                return reasons.stream().anyMatch(reason -> reason.startsWith("a group has not"));
              });
      assertThat(reasons).anyMatch(reason -> reason.contains("tokens"));
      assertThat(worker.page("/livez").statusCode()).isEqualTo(200);
      assertThat(rival.assignment()).hasSize(6);
    }

    environment.awaitReady();
    HttpResponse<String> page = worker.page("/readyz");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(CallPlatform.json(page.body()))
        .isEqualTo(CallPlatform.json("{\"ready\": true, \"notReady\": [], \"notes\": []}"));
  }

  @TestInTurn
  @Order(2)
  void afterAJourneyEveryMeterIsThereAndNamesNobody() throws IOException {
    Device phone = environment.phone("phone-in-metrics");
    environment.give(ALICE, phone);
    environment
        .platform()
        .store(new ProducerRecord<>(CallPlatform.TOKENS, utf8("no-slash"), utf8("{}")));
    environment.platform().publish(null, "not an invite");
    JsonNode result =
        environment.resultOf(
            environment
                .platform()
                .publish(
                    null,
                    """
                    {"callId": "call-in-metrics", "callee": "%s", "custom": {"aps": {}, "k": "s3cret"},
                     "caller": {"uri": "sip:bob@example.com", "name": "Robert"}}\
                    """
                        .formatted(ALICE.value())));
    assertThat(result.path("verdict").asText()).isEqualTo("accepted");

    Set<String> expected = documentedMeters();
    expected.removeAll(NOT_MET);
    expected.removeIf(name -> OF_OTHERS.stream().anyMatch(name::startsWith));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              String metrics = environment.worker().get("/metrics");
              assertThat(expected).allMatch(name -> hasSeries(metrics, name));
            });

    HttpResponse<String> page = environment.worker().page("/metrics");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
    assertThat(page.body())
        .contains("jvm_memory_used_bytes{", "kafka_consumer_", "kafka_producer_")
        .doesNotContain(phone.token().hex(), phone.token().digest().value())
        .doesNotContain(ALICE.value(), phone.id().value(), "call-in-metrics", "call-1@")
        .doesNotContain("sip:", "Robert", "secret", "exp0rt-token");
  }

  @TestInTurn
  @Order(3)
  void itStaysAliveWithoutKafkaAndRingsAfterwards() {
    kafka.stopBrokers();
    long end = System.nanoTime() + OUTAGE.toNanos();
    List<String> notes = new ArrayList<>();
    await()
        .atMost(OUTAGE.plusSeconds(20))
        .pollInterval(PROBE_EVERY)
        .until(
            () -> {
              HttpResponse<String> page = environment.worker().page("/livez");
              assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
              notes.add(environment.worker().page("/readyz").body());
              return System.nanoTime() - end > 0;
            });
    assertThat(notes.getLast()).contains("no broker of Kafka has answered for ");
    assertThat(environment.worker().get("/metrics")).contains("ringpost_kafka_reachable 0.0");
    kafka.startBrokers();

    environment.callUntil(ALICE, told -> told.path("verdict").asText().equals("accepted"));
    assertThat(environment.worker().page("/livez").statusCode()).isEqualTo(200);
    assertThat(environment.worker().page("/readyz").statusCode()).isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> environment.worker().get("/metrics").contains("ringpost_kafka_reachable 1.0"));
  }

  @TestInTurn
  @Order(4)
  void itStaysAliveAndTellsTheCallServerWithoutApns() {
    environment.production().close();

    JsonNode result = environment.call(ALICE);

    assertThat(result.path("verdict").asText()).isEqualTo("retrying");
    assertThat(result.path("final").asBoolean()).isFalse();
    assertThat(environment.worker().page("/livez").statusCode()).isEqualTo(200);
  }

  @TestInTurn
  @Order(5)
  void anOutputThatKafkaRefusesIsNotedAndTheWorkerStaysReady() throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.deleteTopics(List.of(CallPlatform.RESULTS)).all().get();
    }
    environment
        .platform()
        .publish(null, "{\"callId\": \"untold\", \"callee\": \"nobody\", \"caller\": \"sip:b@x\"}");

    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(PROBE_EVERY)
        .untilAsserted(
            () -> {
              HttpResponse<String> page = environment.worker().page("/readyz");
              assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
              assertThat(CallPlatform.json(page.body()).path("notes").path(0).asText())
                  .contains(CallPlatform.RESULTS);
            });
  }

  private void makeTopics() throws ExecutionException, InterruptedException {
    try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(CallPlatform.INVITES, 6, (short) 1),
                  new NewTopic(CallPlatform.TOKENS, 6, (short) 1)
                      .configs(Map.of("cleanup.policy", "compact"))))
          .all()
          .get();
    }
  }

  /** Registrations of people who are never called. */
  private void registerMany() {
    String value =
        "{\"token\": \"%s\", \"environment\": \"production\", \"bundleId\": \"%s\"}"
            .formatted(environment.freshToken().hex(), CallEnvironment.PHONE);
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "linger.ms",
                20,
                "enable.idempotence",
                false),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int user = 0; user < REGISTRATIONS; user++) {
        var _ =
            producer.send(
                new ProducerRecord<>(
                    CallPlatform.TOKENS, utf8("user-" + user + "/phone"), utf8(value)));
      }
    }
  }

  /** A member of the group that has all partitions and, busy as it is, does not give any away. */
  private KafkaConsumer<byte[], byte[]> memberThatDoesNotMove() {
    var member =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "group.id",
                "ringpost",
                "enable.auto.commit",
                false,
                "partition.assignment.strategy",
                CooperativeStickyAssignor.class.getName()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    member.subscribe(List.of(CallPlatform.INVITES));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              member.poll(Duration.ofMillis(100));
              return !member.assignment().isEmpty();
            });
    return member;
  }

  private static Set<String> documentedMeters() throws IOException {
    Set<String> names =
        Files.readString(Path.of("docs", "metrics.md"))
            .lines()
            .filter(line -> line.startsWith("| `ringpost_"))
            .map(line -> line.split("`", -1)[1])
            .collect(Collectors.toCollection(LinkedHashSet::new));
    assertThat(names).hasSizeGreaterThan(25).containsAll(NOT_MET);
    return names;
  }

  private static boolean hasSeries(String metrics, String name) {
    return Pattern.compile("^" + name + "(_count)?[{ ]", Pattern.MULTILINE).matcher(metrics).find();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
