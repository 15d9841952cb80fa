package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.LocalWorker;
import dev.ringpost.testing.TestInTurn;
import dev.ringpost.testing.TopicContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A worker that rings phones, and a shadow beside it that judges the same invites: it agrees or
 * says how it differs, and nothing but its own group's offsets tells that it is there.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShadowIT {

  private static final Duration WITHIN = Duration.ofSeconds(40);
  private static final UserId ALICE = new UserId("alice");
  private static final UserId CAROL = new UserId("carol");
  private static final UserId NOBODY = new UserId("nobody");
  private static final String GROUP = "ringpost-shadow";

  private Path folder;
  private LocalKafka kafka;
  private CallEnvironment environment;

  @BeforeAll
  void start(@TempDir Path files) throws IOException {
    folder = files;
    Files.createDirectory(folder.resolve("kept"));
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    Files.write(folder.resolve("kept.key"), key);
    kafka = LocalKafka.start();
    environment =
        CallEnvironment.on(
                kafka.bootstrapServers(),
                folder,
                "attempt: {max: 1s}\ntokens: {snapshot: {folder: kept, key-file: kept.key}}\n")
            .startWorker();
    environment.give(ALICE, environment.phone("phone"));
    Device desk = environment.phone("desk", CallEnvironment.DESK, Environment.PRODUCTION);
    environment.give(CAROL, desk);
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  @TestInTurn
  void itAgreesAndLeavesNoTraceAndNoPhoneRingsTwice() throws Exception {
    List<JsonNode> told = new ArrayList<>();
    Set<String> topics = topics();
    int letters = deadLetters();
    try (var shadow = LocalShadow.start(environment.config())) {
      told.add(environment.call(ALICE));
      told.add(environment.call(CAROL));
      told.add(environment.call(NOBODY));
      told.add(resultOf("{\"callId\": \"flawed\", \"callee\": \"alice\"}"));
      told.add(
          resultOf(
              """
              {"callId": "large", "callee": "alice", "caller": {"uri": "sip:bob@example.com"},
               "custom": {"text": "%s"}}\
              """
                  .formatted("x".repeat(5_000))));
      environment.platform().publish(null, "no invite, and nobody to be told");

      await()
          .atMost(WITHIN)
          .untilAsserted(
              () -> assertThat(shadow.invites()).isEqualTo(Map.of("agreed", 5, "untold", 1)));
      assertThat(shadow.metrics())
          .doesNotContain("ringpost_invites_total", "kafka_producer_")
          .doesNotContain("alice", "carol", "sip:");
      await().atMost(WITHIN).until(() -> offsets(GROUP).size() == 12);
    }

    assertThat(told.stream().map(it -> it.path("verdict").asText()))
        .containsExactly("accepted", "accepted", "no_devices", "failed", "failed");
    assertThat(told.stream().map(it -> environment.pushesOf(it).size()))
        .containsExactly(1, 1, 0, 0, 0);
    assertThat(topics()).isEqualTo(topics);
    assertThat(deadLetters() - letters).isEqualTo(3);
    assertThat(TopicContents.upToNow(kafka.bootstrapServers(), CallPlatform.INVALIDATIONS))
        .isEmpty();
    told.forEach(it -> assertThat(resultsOf(it)).as(it.toString()).isOne());
  }

  @TestInTurn
  void aCredentialThatIsMissingAndAnotherLongestRingAreNamed() throws Exception {
    try (var shadow = LocalShadow.start(trial())) {
      JsonNode alice = environment.call(ALICE);
      JsonNode carol = environment.call(CAROL);
      environment.call(NOBODY);

      await()
          .atMost(WITHIN)
          .untilAsserted(
              () -> assertThat(shadow.invites()).isEqualTo(Map.of("deadline", 2, "route", 1)));
      assertThat(environment.pushesOf(alice)).hasSize(1);
      assertThat(environment.pushesOf(carol)).hasSize(1);
    }
  }

  @TestInTurn
  void itTakesNoInviteFromTheWorkersAndMakesNoConnection() throws Exception {
    environment.stopWorker();
    Map<TopicPartition, Long> before = offsets("ringpost");
    Map<String, Instant> snapshots = snapshots();
    assertThat(snapshots).isNotEmpty();
    await().atMost(WITHIN).until(() -> environment.production().open() == 0);
    Origin invite;
    try (var shadow = LocalShadow.start(environment.config())) {
      int connections = environment.production().connections().size();
      invite = environment.platform().invite(environment.freshCall(), ALICE, CallEnvironment.RING);

      await()
          .atMost(WITHIN)
          .untilAsserted(() -> assertThat(shadow.invites()).isEqualTo(Map.of("live_missing", 1)));
      assertThat(environment.production().connections()).hasSize(connections);
      assertThat(environment.platform().results(invite)).isEmpty();
      assertThat(offsets("ringpost")).isEqualTo(before);
    }
    assertThat(snapshots()).isEqualTo(snapshots);

    environment.startWorker();
    JsonNode result = environment.resultOf(invite);
    assertThat(result.path("verdict").asText()).isEqualTo("accepted");
    assertThat(environment.pushesOf(result)).hasSize(1);
  }

  @TestInTurn
  void itBeginsAtTheEndWhateverItsGroupHasCommitted() throws Exception {
    try (var shadow = LocalShadow.start(environment.config())) {
      environment.call(ALICE);
      await().atMost(WITHIN).until(() -> shadow.invites().equals(Map.of("agreed", 1)));
      await().atMost(WITHIN).until(() -> offsets(GROUP).size() == 12);
    }
    environment.call(ALICE);

    try (var shadow = LocalShadow.start(environment.config())) {
      environment.call(NOBODY);

      await()
          .atMost(WITHIN)
          .untilAsserted(() -> assertThat(shadow.invites()).isEqualTo(Map.of("agreed", 1)));
    }
  }

  @TestInTurn
  void resultsAsCloudEventsAreResults() throws Exception {
    environment.stopWorker();
    for (String format : List.of("cloudevents-binary", "cloudevents-structured")) {
      Path config = folder.resolve(format + ".yaml");
      Files.writeString(
          config, Files.readString(environment.config()) + "results: {format: " + format + "}\n");
      try (var worker = LocalWorker.start(config);
          var shadow = LocalShadow.start(config)) {
        await().atMost(WITHIN).until(worker::ready);
        environment.platform().invite(environment.freshCall(), ALICE, CallEnvironment.RING);

        await()
            .atMost(WITHIN)
            .untilAsserted(
                () -> assertThat(shadow.invites()).as(format).isEqualTo(Map.of("agreed", 1)));
        assertThat(shadow.metrics()).contains("ringpost_shadow_unreadable_total 0.0");
      }
    }
    environment.startWorker();
  }

  @TestInTurn
  void withoutATopicItDoesNotStartAndMakesNone() throws Exception {
    Set<String> topics = topics();
    Path config = folder.resolve("elsewhere.yaml");
    Files.writeString(
        config,
        Files.readString(environment.config())
            .replace("topics:\n", "topics:\n  results: other-results\n"));

    try (var shadow = LocalShadow.launch(config, Optional.empty())) {
      assertThat(shadow.refusedToStart())
          .singleElement()
          .asString()
          .startsWith("topic other-results does not exist");
    }
    assertThat(topics()).isEqualTo(topics);
  }

  /** The configuration of a trial: without the credential of one app, and with a shorter ring. */
  private Path trial() throws IOException {
    String live = Files.readString(environment.config());
    int desk = live.indexOf("  - bundle-ids: [" + CallEnvironment.DESK.value());
    String trial =
        live.substring(0, desk)
            + live.substring(live.indexOf("admin:", desk))
            + "ring: {default: 10s, max: 10s}\n";
    return Files.writeString(folder.resolve("trial.yaml"), trial);
  }

  private JsonNode resultOf(String invite) {
    return environment.resultOf(environment.platform().publish(null, invite));
  }

  /** When each file of what a worker keeps for its next start was written. */
  private Map<String, Instant> snapshots() throws IOException {
    Map<String, Instant> written = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder.resolve("kept"))) {
      for (Path file : files.toList()) {
        written.put(file.toString(), Files.getLastModifiedTime(file).toInstant());
      }
    }
    return written;
  }

  private int deadLetters() {
    return TopicContents.upToNow(kafka.bootstrapServers(), CallPlatform.DEAD_LETTERS).size();
  }

  private int resultsOf(JsonNode told) {
    return (int)
        environment.platform().results().stream()
            .filter(it -> it.path("callId").equals(told.path("callId")))
            .count();
  }

  private Set<String> topics() throws Exception {
    try (var admin = admin()) {
      return admin.listTopics().names().get();
    }
  }

  /** What a group has committed. */
  private Map<TopicPartition, Long> offsets(String group) throws Exception {
    Map<TopicPartition, Long> offsets =
        new TreeMap<>(Comparator.comparing(TopicPartition::toString));
    try (var admin = admin()) {
      admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach((partition, at) -> offsets.put(partition, offset(at)));
    }
    return offsets;
  }

  private static long offset(OffsetAndMetadata committed) {
    return committed.offset();
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }
}
