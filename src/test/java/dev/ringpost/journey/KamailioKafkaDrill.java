package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import dev.ringpost.testing.TopicContents;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.sip.Kamailio;
import dev.ringpost.testing.sip.SipPhone;
import dev.ringpost.testing.sip.SippCaller;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The journey of calls through Debian's Kamailio that writes to Kafka by its own module, without a
 * gateway, with the configuration of {@code examples/kamailio}.
 */
@Needs(Need.KAMAILIO_KAFKA)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KamailioKafkaDrill {

  private static final Path CONFIGURATION = Path.of("examples", "kamailio", "kamailio.cfg");
  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(2);

  private Path folder;
  private LocalKafka kafka;
  private CallEnvironment environment;
  private Kamailio kamailio;

  @BeforeAll
  void start(@TempDir Path folder) {
    this.folder = folder;
    kafka = LocalKafka.start();
    environment = CallEnvironment.on(kafka.bootstrapServers(), folder).startWorker();
    String brokers = "\"" + kafka.bootstrapServers() + "\"";
    kamailio = Kamailio.start(CONFIGURATION, Map.of("KAFKA", brokers), folder);
  }

  @AfterAll
  void stop() {
    kamailio.close();
    environment.close();
    kafka.close();
  }

  @Test
  void aPhoneThatSleepsIsWokenRegistersAndAnswers() throws Exception {
    VoipToken token = environment.freshToken();
    try (var phone = sleeping("alice", token);
        var caller = call("answered", "alice", "wakes-alice")) {
      ReceivedPush push = awaitPush(token, "wakes-alice");
      phone.register();
      String invite = phone.expect("INVITE ");
      phone.answer(invite, "180 Ringing");
      phone.answer(invite, "200 OK");
      phone.answer(phone.expect("BYE "), "200 OK");
      caller.awaitEnd();

      Instant begin = caller.at("INVITE ").orElseThrow();
      System.out.printf(
          "by Kamailio's kafka module: push %d ms after the caller's INVITE, 200 after %d%n",
          Duration.between(begin, push.arrivedAt()).toMillis(),
          Duration.between(begin, caller.at("SIP/2.0 200").orElseThrow()).toMillis());
      assertThat(push.json().at("/call/caller/name").asText()).isEqualTo("Jürgen \"Jo\" Groß");
      assertThat(pushes(token, "wakes-alice")).hasSize(1);
    }
    assertThat(keys(CallPlatform.INVITES, "invite.json")).contains("alice");
    assertThat(keys(CallPlatform.TOKENS, "token.json")).anyMatch(it -> it.startsWith("alice/"));
    await()
        .atMost(WITHIN)
        .untilAsserted(() -> assertThat(signals("wakes-alice")).contains("ringing", "answered"));
  }

  @Test
  void aCallThatTheCallerGivesUpIsTriedNoMore() throws Exception {
    VoipToken token = environment.freshToken();
    try (var _ = sleeping("carol", token)) {
      environment.production().answer(token, Behaviour.rejects(503, "ServiceUnavailable"));
      try (var caller = call("cancelled", "carol", "gives-up")) {
        caller.awaitEnd();
        assertThat(caller.at("SIP/2.0 487")).isPresent();
      }
      await()
          .atMost(WITHIN)
          .untilAsserted(
              () ->
                  assertThat(environment.platform().results())
                      .anyMatch(it -> isVerdict(it, "gives-up", "ended")));
      assertThat(signals("gives-up")).containsExactly("cancelled");
    }
  }

  private static boolean isVerdict(JsonNode result, String call, String verdict) {
    return result.path("callId").asText().equals(call)
        && result.path("verdict").asText().equals(verdict);
  }

  /** A phone that has registered with its token, and lost its connection. */
  private SipPhone sleeping(String user, VoipToken token) {
    var phone = new SipPhone(kamailio.port(), user, token);
    phone.register();
    environment.callUntil(new UserId(user), told -> told.path("devices").size() == 1);
    phone.sleep();
    return phone;
  }

  private SippCaller call(String scenario, String callee, String call) {
    return SippCaller.call(scenario, kamailio.port(), callee, call, folder);
  }

  private ReceivedPush awaitPush(VoipToken token, String call) {
    return await()
        .atMost(WITHIN)
        .pollInterval(LOOK)
        .until(() -> pushes(token, call), pushes -> !pushes.isEmpty())
        .getFirst();
  }

  private List<ReceivedPush> pushes(VoipToken token, String call) {
    return environment.production().pushes(token).stream()
        .filter(push -> push.json().at("/call/id").asText().equals(call))
        .toList();
  }

  /** The keys of a topic, all of whose values fit their schema. */
  private List<String> keys(String topic, String schema) {
    return TopicContents.upToNow(kafka.bootstrapServers(), topic).stream()
        .peek(
            it -> assertThat(EventSchema.of(schema).flaws(new String(it.value(), UTF_8))).isEmpty())
        .map(it -> new String(it.key(), UTF_8))
        .toList();
  }

  private List<String> signals(String call) {
    return TopicContents.upToNow(kafka.bootstrapServers(), CallPlatform.SIGNALS).stream()
        .map(record -> CallPlatform.json(new String(record.value(), UTF_8)))
        .filter(it -> it.path("callId").asText().equals(call))
        .map(it -> it.path("type").asText())
        .toList();
  }
}
