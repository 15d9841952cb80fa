package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalHealth;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.TestInTurn;
import dev.ringpost.testing.TopicContents;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The search for deaf phones behind a worker that pushes: no result in it is made by hand. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
class HealthBehindWorkerDrill {

  private static final String TOPIC = "voip-device-health";

  /** Longer than a phone may take to ring: a shorter call says nothing of it. */
  private static final Duration RING = Duration.ofSeconds(13);

  /** Longer than such a call, and what is waited for after its end. */
  private static final Duration WITHIN = Duration.ofSeconds(60);

  private static final int ROUNDS = 2;
  private static final DeviceId PHONE = new DeviceId("iphone-1");
  private static final UserId SILENT = new UserId("silent");

  /** Fewer than two phones that ring may be those of a test, and prove nothing of the platform. */
  private static final List<UserId> RINGING = List.of(new UserId("rings"), new UserId("rings-too"));

  @TestInTurn
  void whatAWorkerTellsIsJudgedByWhatPhonesTell(@TempDir Path folder) {
    try (LocalKafka kafka = LocalKafka.start();
        CallEnvironment environment =
            CallEnvironment.on(
                kafka.bootstrapServers(),
                folder,
                ConfigFile.of(kafka.bootstrapServers()).with("  device-health: " + TOPIC + "\n"),
                "")) {
      registerPhones(environment.startWorker());
      try (LocalHealth health = LocalHealth.start(environment.config())) {
        for (int round = 0; round < ROUNDS; round++) {
          for (UserId user : RINGING) {
            CallId call = accepted(environment, user);
            environment.platform().ringingLater(call, user, PHONE, _ -> {});
          }
          accepted(environment, SILENT);
        }

        await()
            .atMost(WITHIN)
            .untilAsserted(
                () -> {
                  assertThat(health.judged("rang")).isEqualTo(ROUNDS * (double) RINGING.size());
                  assertThat(health.judged("unrung")).isEqualTo(ROUNDS);
                });
        await().atMost(WITHIN).untilAsserted(() -> assertOneIsWatched(known(kafka)));
        for (String other :
            List.of("others_silent", "ended_early", "signals_gone", "repeated", "too_many")) {
          assertThat(health.judged(other)).as(other).isZero();
        }
        assertThat(health.notReady()).isEmpty();
      }
      assertThat(TopicContents.upToNow(kafka.bootstrapServers(), CallPlatform.INVALIDATIONS))
          .as("a phone that does not ring is told, and keeps its token")
          .isEmpty();
    }
  }

  /** Without a call: one that nobody speaks of would be judged too, a minute later. */
  private static void registerPhones(CallEnvironment environment) {
    environment.platform().register(SILENT, environment.phone(PHONE.value()));
    RINGING.forEach(
        user -> environment.platform().register(user, environment.phone(PHONE.value())));
    String loaded = "ringpost_view_entries{view=\"tokens\"} %d.0".formatted(1 + RINGING.size());
    await().atMost(WITHIN).until(() -> environment.worker().get("/metrics").contains(loaded));
  }

  private static CallId accepted(CallEnvironment environment, UserId user) {
    CallId call = environment.freshCall();
    Origin invite = environment.platform().invite(call, user, RING);
    JsonNode result = environment.resultOf(invite);
    assertThat(result.path("verdict").asText()).isEqualTo("accepted");
    return call;
  }

  /** Two calls, and those of one minute, are too few to call it deaf. */
  private static void assertOneIsWatched(Map<String, JsonNode> known) {
    assertThat(known)
        .hasSize(1)
        .hasEntrySatisfying(
            SILENT.value() + "/" + PHONE.value(),
            json -> {
              assertThat(json.path("unrungCalls").asInt()).isEqualTo(ROUNDS);
              assertThat(json.path("deaf").asBoolean(true)).isFalse();
            });
  }

  /** The newest word on each device. */
  private static Map<String, JsonNode> known(LocalKafka kafka) {
    Map<String, JsonNode> newest = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record :
        TopicContents.upToNow(kafka.bootstrapServers(), TOPIC)) {
      newest.put(new String(record.key(), UTF_8), CallPlatform.json(record));
    }
    return newest;
  }
}
