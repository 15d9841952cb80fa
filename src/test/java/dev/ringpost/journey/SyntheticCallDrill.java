package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.cli.Cli;
import dev.ringpost.cli.WorkerFactory;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.TopicContents;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The synthetic call to a phone that answers, one that is deaf, one that is gone, and nobody. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SyntheticCallDrill {

  private static final Duration WITHIN = Duration.ofMinutes(2);
  private static final UserId TESTER = new UserId("test-phone");

  private static final WorkerFactory NONE =
      _ -> {
        throw new IllegalStateException("no service is asked for");
      };

  /** The end of a command. */
  private record Ended(int code, String out, String err) {
    JsonNode json() {
      return CallPlatform.json(out);
    }
  }

  private LocalKafka kafka;
  private CallEnvironment environment;
  private Device phone;
  private AnsweringPhone answering;

  @BeforeAll
  void start(@TempDir Path folder) {
    kafka = LocalKafka.startForOutages();
    environment =
        CallEnvironment.on(
                kafka.bootstrapServers(),
                folder,
                "synthetic: {callee: test-phone, every: 5s, within: 5s}\n")
            .startWorker();
    phone = environment.phone("iphone-1");
    environment.give(TESTER, phone);
    answering =
        new AnsweringPhone(environment.production(), environment.platform(), TESTER, phone.id());
  }

  @AfterAll
  void stop() {
    answering.close();
    environment.close();
    kafka.close();
  }

  @AfterEach
  void allIsWellAgain() {
    answering.deaf(false);
    environment.production().answer(phone.token(), Behaviour.accepts());
  }

  private Ended once(Map<String, String> variables, String... more) {
    var out = new StringWriter();
    var err = new StringWriter();
    var cli =
        new Cli(
            variables,
            InputStream.nullInputStream(),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            NONE,
            (config, _) -> NONE.create(config),
            NONE,
            NONE,
            NONE,
            InstantSource.system(),
            UUID::randomUUID,
            _ -> {},
            Logging.of(new LoggerContext()));
    List<String> command =
        new ArrayList<>(
            List.of("synthetic", "--once", "--config", environment.config().toString()));
    command.addAll(List.of(more));
    int code = cli.run(command.toArray(String[]::new));
    return new Ended(code, out.toString(), err.toString());
  }

  @Test
  @Order(1)
  void aPhoneThatAnswersHasRungAndTheCallIsOver() {
    Ended ended = once(Map.of(), "-o", "json");

    assertThat(ended.code()).as(ended.toString()).isZero();
    JsonNode json = ended.json();
    assertThat(json.path("worked").asBoolean()).isTrue();
    assertThat(json.path("end").asText()).isEqualTo("rang");
    assertThat(json.has("verdictAfterMillis")).isTrue();
    assertThat(json.has("ringingAfterMillis")).isTrue();
    assertThat(json.has("ringsOn")).isFalse();
    String call = json.path("callId").asText();
    assertThat(call).startsWith("synthetic-");
    ReceivedPush push = environment.production().pushes().getLast();
    assertThat(push.json().at("/call/id").asText()).isEqualTo(call);
    assertThat(push.json().path("ringpostSynthetic").asBoolean())
        .as("an app can tell that nobody calls")
        .isTrue();
    assertThat(push.json().at("/call/caller/uri").asText())
        .isEqualTo("sip:synthetic-call@ringpost.invalid");
    assertThat(valid("invite.json", CallPlatform.INVITES, call)).hasSize(1);
    assertThat(valid("signal.json", CallPlatform.SIGNALS, call))
        .extracting(it -> it.path("type").asText())
        .as("its caller does not give up: that would be a missed call")
        .containsExactlyInAnyOrder("ringing", "declined");
  }

  /** The records of a call on a topic, each by the schema of its kind. */
  private List<JsonNode> valid(String schema, String topic, String call) {
    List<String> values =
        TopicContents.upToNow(kafka.bootstrapServers(), topic).stream()
            .map(ConsumerRecord::value)
            .map(value -> new String(value, UTF_8))
            .filter(value -> value.contains(call))
            .toList();
    assertThat(values)
        .allSatisfy(value -> assertThat(EventSchema.of(schema).flaws(value)).isEmpty());
    return values.stream().map(CallPlatform::json).toList();
  }

  @Test
  @Order(2)
  void aDeafPhoneHasNotRungThoughItsPushWasAccepted() {
    answering.deaf(true);

    Ended ended = once(Map.of());

    assertThat(ended.code()).isEqualTo(76);
    assertThat(ended.out())
        .startsWith("failed  APNs accepted a push, told after ")
        .contains("but no phone told that it rings", "why: ringpost trace synthetic-");

    Ended unasked = once(Map.of("RINGPOST_SYNTHETIC_EXPECT_RINGING", "false"), "-o", "json");

    assertThat(unasked.code()).as("nobody asks for ringing").isZero();
    assertThat(unasked.json().path("end").asText()).isEqualTo("accepted");
  }

  @Test
  @Order(3)
  void aTokenThatApnsRefusesIsSaidWithTheVerdict() {
    environment.production().answer(phone.token(), Behaviour.rejects(400, "BadDeviceToken"));
    environment.sandbox().answer(phone.token(), Behaviour.rejects(400, "BadDeviceToken"));

    Ended ended = once(Map.of(), "-o", "json");

    assertThat(ended.code()).isEqualTo(76);
    assertThat(ended.json().path("end").asText()).isEqualTo("refused");
    assertThat(ended.json().path("words").asText())
        .contains("the verdict is all_dead (", "bad_device_token");
  }

  @Test
  @Order(4)
  void aConfigurationThatNamesNobodyIsRefused() {
    Ended ended = once(Map.of("RINGPOST_SYNTHETIC_CALLER", " "));

    assertThat(ended.code()).isEqualTo(78);
    assertThat(ended.err()).contains("synthetic");
  }

  @Test
  @Order(5)
  void theGaugeIsFreshThroughoutAndTellsOfAnOutageAndItsEnd() throws Exception {
    try (LocalSynthetic calls = LocalSynthetic.launch(environment.config())) {
      await().atMost(WITHIN).until(() -> calls.rounds("rang") >= 2);
      assertThat(calls.notReady()).isEmpty();
      assertThat(calls.metric("ringpost_synthetic_age_seconds")).isLessThan(20);
      assertThat(calls.metric("ringpost_synthetic_rounds_failed")).isZero();
      double rang = calls.rounds("rang");

      kafka.stopBrokers();
      await().atMost(WITHIN).until(() -> calls.rounds("not_made") >= 1);
      assertThat(calls.notReady()).anyMatch(it -> it.contains("was not made"));
      assertThat(calls.metric("ringpost_synthetic_rounds_failed")).isPositive();
      assertThat(calls.metric("ringpost_synthetic_age_seconds")).isGreaterThan(5);

      kafka.startBrokers();
      await().atMost(WITHIN).until(() -> calls.rounds("rang") > rang);
      await().atMost(WITHIN).until(() -> calls.metric("ringpost_synthetic_rounds_failed") == 0);
      assertThat(calls.notReady()).isEmpty();
    }
  }

  @Test
  @Order(6)
  void withoutAWorkerThereIsNoVerdict() {
    environment.stopWorker();

    Ended ended = once(Map.of(), "-o", "json");

    assertThat(ended.code()).isEqualTo(76);
    assertThat(ended.json().path("end").asText()).isEqualTo("no_verdict");
  }
}
