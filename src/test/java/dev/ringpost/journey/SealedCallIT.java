package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.testing.LocalGateway;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.apns.ReceivedPush;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls to a phone that keeps its callers from Apple, from Kafka to the local APNs, on a platform
 * that speaks CloudEvents only: registrations, invites, signals and results.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SealedCallIT {

  private static final UserId ALICE = new UserId("alice");

  private static final Duration SIGNAL_READ_WITHIN = Duration.ofSeconds(20);

  private LocalKafka kafka;
  private CallEnvironment environment;
  private PhoneKey key;
  private Device phone;

  @BeforeAll
  void start(@TempDir Path folder) throws GeneralSecurityException {
    kafka = LocalKafka.start();
    environment =
        CallEnvironment.on(
                kafka.bootstrapServers(),
                folder,
                "gateway:\n  port: 0\nresults:\n  format: cloudevents-structured\n")
            .startWorker();
    key = PhoneKey.fresh();
    phone = environment.phone("iphone-1");
    environment.platform().store(registration());
    environment.callUntil(ALICE, result -> result.path("devices").size() == 1);
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  private ProducerRecord<byte[], byte[]> registration() {
    return event(
        "voip-tokens",
        "alice/iphone-1",
        """
        {"token": "%s", "environment": "production", "bundleId": "com.example.phone",
         "sealTo": "%s"}\
        """
            .formatted(phone.token().hex(), key.sealTo()));
  }

  /** An event in structured mode. */
  private static ProducerRecord<byte[], byte[]> event(String topic, String key, String data) {
    String event =
        """
        {"specversion": "1.0", "id": "%d", "source": "/pbx", "type": "com.example.call",
         "subject": "carol", "time": "2001-01-01T00:00:00Z", "data": %s}\
        """
            .formatted(data.hashCode(), data);
    var record =
        new ProducerRecord<byte[], byte[]>(topic, key.getBytes(UTF_8), event.getBytes(UTF_8));
    record.headers().add("content-type", "application/cloudevents+json".getBytes(UTF_8));
    return record;
  }

  private static String invite(CallId call) {
    return """
    {"callId": "%s", "callee": "alice", "media": "video",
     "caller": {"uri": "sip:bjoern.brandt@example.com", "name": "Björn \\"Bear\\" Brandt"},
     "custom": {"ticket": "secret-4711", "rooms": [1.50, {"floor": "second"}]}}\
    """
        .formatted(call.value());
  }

  @Test
  void applesWireShowsNothingOfTheCallerAndThePhoneOpensAllOfIt() throws Exception {
    CallId call = environment.freshCall();
    Origin stands = environment.platform().publish(event("call-invites", "alice", invite(call)));
    JsonNode result = environment.resultOf(stands);

    assertThat(result.path("verdict").asText()).isEqualTo("accepted");
    assertThat(environment.pushesOf(result)).hasSize(1);
    ReceivedPush push = environment.pushesOf(result).getFirst();
    JsonNode seen = push.json();
    String sealed = seen.at("/call/sealed").asText();
    assertThat((push.payload() + push.headers()).replace(sealed, ""))
        .doesNotContainIgnoringCase(
            "brandt", "björn", "bjoern", "caller", "custom", "ticket", "4711", "floor", "alice");
    assertThat(EventSchema.of("push.json").closed().flaws(push.payload())).isEmpty();
    assertThat(seen.at("/call/video").asBoolean()).isTrue();

    String opened = key.open(sealed, seen.at("/call/uuid").asText());
    assertThat(EventSchema.of("sealed.json").closed().flaws(opened)).isEmpty();
    JsonNode sent = CallPlatform.json(invite(call));
    assertThat(CallPlatform.json(opened).path("caller")).isEqualTo(sent.path("caller"));
    assertThat(CallPlatform.json(opened).path("custom")).isEqualTo(sent.path("custom"));
    PhoneKey another = PhoneKey.fresh();
    assertThatThrownBy(() -> another.open(sealed, seen.at("/call/uuid").asText()))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void aResultIsAnEventOnItsTopicAndTheObjectForTheGatewaysClient() {
    try (LocalGateway gateway = LocalGateway.start(environment.config(), Optional.empty())) {
      CallId call = environment.freshCall();

      HttpResponse<String> answer = gateway.send("POST", "/v1/invites?wait=10s", invite(call));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(EventSchema.of("result.json").flaws(answer.body())).isEmpty();
      JsonNode verdict = CallPlatform.json(answer.body());
      List<ConsumerRecord<byte[], byte[]>> told =
          environment.platform().resultRecords().stream()
              .filter(record -> new String(record.key(), UTF_8).equals(call.value()))
              .toList();
      assertThat(told)
          .singleElement()
          .satisfies(
              record -> {
                JsonNode event = CallPlatform.json(new String(record.value(), UTF_8));
                assertThat(EventSchema.of("cloud-event.json").closed().flaws(event.toString()))
                    .isEmpty();
                assertThat(event.path("subject").asText()).isEqualTo(call.value());
                assertThat(event.path("data")).isEqualTo(verdict);
              });
    }
  }

  /** The event's own type and subject are those of the platform, and end nothing. */
  @Test
  void aSignalInAnEventEndsItsCall() {
    CallId call = environment.freshCall();
    environment
        .platform()
        .store(
            event(
                "call-signals",
                call.value(),
                "{\"callId\": \"%s\", \"type\": \"cancelled\"}".formatted(call.value())));
    await().atMost(SIGNAL_READ_WITHIN).until(this::aSignalIsRead);
    JsonNode ended =
        environment.resultOf(
            environment.platform().publish(event("call-invites", "alice", invite(call))));

    assertThat(ended.path("verdict").asText()).isEqualTo("ended");
  }

  private boolean aSignalIsRead() {
    return environment
        .worker()
        .get("/metrics")
        .lines()
        .anyMatch(line -> line.startsWith("ringpost_signals_total{type=\"cancelled\"} 1"));
  }
}
