package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalGateway;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import dev.ringpost.testing.TopicContents;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.sip.Kamailio;
import dev.ringpost.testing.sip.SipPhone;
import dev.ringpost.testing.sip.SippCaller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The journey of calls that {@code sipp} makes through Debian's Kamailio with the configuration of
 * {@code examples/kamailio}, as it stands there, to phones that sleep until a push wakes them.
 */
@Needs(Need.KAMAILIO)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KamailioDrill {

  private static final Path CONFIGURATION = Path.of("examples", "kamailio", "kamailio.cfg");
  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(2);
  private static final String BEARER = "hunter2-hunter2-hunter2-hunter2-";

  private Path folder;
  private LocalKafka kafka;
  private CallEnvironment environment;
  private LocalGateway gateway;
  private Kamailio kamailio;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    this.folder = folder;
    kafka = LocalKafka.start();
    Path tokens = Files.writeString(folder.resolve("tokens"), BEARER + "\n");
    String settings = "gateway:\n  port: 0\n  bearer-tokens-file: " + tokens + "\n";
    environment = CallEnvironment.on(kafka.bootstrapServers(), folder, settings).startWorker();
    gateway = LocalGateway.start(environment.config(), Optional.of(BEARER));
    kamailio =
        Kamailio.start(CONFIGURATION, Map.of("GATEWAY", gateway.url(), "BEARER", BEARER), folder);
  }

  @AfterAll
  void stop() {
    kamailio.close();
    gateway.close();
    environment.close();
    kafka.close();
  }

  @Test
  void aPhoneThatSleepsIsWokenRegistersAndAnswers() throws Exception {
    VoipToken token = environment.freshToken();
    try (var phone = sleeping("alice", token);
        var caller = call("answered", "alice", "wakes-alice")) {
      ReceivedPush push = awaitPush(token, "wakes-alice");
      Instant registered = phone.register();
      String invite = phone.expect("INVITE ");
      Instant invited = Instant.now();
      phone.answer(invite, "180 Ringing");
      Instant answered = phone.answer(invite, "200 OK");
      phone.answer(phone.expect("BYE "), "200 OK");
      caller.awaitEnd();

      print(caller, push, registered, invited, answered);
      JsonNode seen = push.json().path("call");
      assertThat(seen.path("id").asText()).isEqualTo("wakes-alice");
      assertThat(seen.at("/caller/name").asText()).isEqualTo("Jürgen \"Jo\" Groß");
      assertThat(seen.at("/caller/uri").asText()).isEqualTo("sip:bob@example.com");
      assertThat(pushes(token, "wakes-alice")).hasSize(1);
      await()
          .atMost(WITHIN)
          .untilAsserted(
              () -> {
                assertThat(signals("wakes-alice", "ringing"))
                    .allMatch(it -> it.path("deviceId").asText().equals(phone.deviceId()))
                    .hasSize(1);
                assertThat(signals("wakes-alice", "answered")).hasSize(1);
              });
    }
  }

  @Test
  void whoHasNoDeviceIsUnavailableAtOnce() throws Exception {
    try (var caller = call("unavailable", "nobody", "calls-nobody")) {
      caller.awaitEnd();

      Instant asked = caller.at("INVITE ").orElseThrow();
      Instant told = caller.at("SIP/2.0 480").orElseThrow();
      System.out.printf("no device: 480 after %d ms%n", Duration.between(asked, told).toMillis());
      assertThat(caller.at("SIP/2.0 180")).isEmpty();
    }
  }

  @Test
  void aCallThatTheCallerGivesUpIsTriedNoMore() throws Exception {
    VoipToken token = environment.freshToken();
    try (var _ = sleeping("carol", token)) {
      environment.production().answer(token, Behaviour.rejects(503, "ServiceUnavailable"));
      try (var caller = call("cancelled", "carol", "gives-up")) {
        caller.awaitEnd();

        assertThat(caller.at("SIP/2.0 180")).as("nothing was accepted").isEmpty();
        assertThat(caller.at("SIP/2.0 487")).isPresent();
      }
      await()
          .atMost(WITHIN)
          .untilAsserted(
              () ->
                  assertThat(environment.platform().results())
                      .anyMatch(
                          it ->
                              it.path("callId").asText().equals("gives-up")
                                  && it.path("verdict").asText().equals("ended")));
      assertThat(signals("gives-up", "cancelled")).hasSize(1);
    }
  }

  /** Kamailio forgets a transaction that nothing waits for after 5 s. */
  @Test
  void aPhoneThatNeedsSevenSecondsMayStillDecline() throws Exception {
    VoipToken token = environment.freshToken();
    try (var phone = sleeping("dora", token);
        var caller = call("declined", "dora", "declines")) {
      awaitPush(token, "declines");
      await().pollDelay(Duration.ofSeconds(7)).until(() -> true);
      phone.register();
      phone.answer(phone.expect("INVITE "), "603 Decline");
      caller.awaitEnd();

      await()
          .atMost(WITHIN)
          .untilAsserted(() -> assertThat(signals("declines", "declined")).hasSize(1));
    }
  }

  @Test
  void aConnectedPhoneGetsNoPushAndOneThatWakesLaterJoins() throws Exception {
    VoipToken connectedToken = environment.freshToken();
    VoipToken asleepToken = environment.freshToken();
    try (var asleep = sleeping("erin", asleepToken);
        var connected = new SipPhone(kamailio.port(), "erin", connectedToken)) {
      connected.register();
      environment.callUntil(new UserId("erin"), told -> told.path("devices").size() == 2);
      try (var caller = call("answered", "erin", "rings-two")) {
        String first = connected.expect("INVITE ");
        connected.answer(first, "180 Ringing");
        awaitPush(asleepToken, "rings-two");
        asleep.register();
        String second = asleep.expect("INVITE ");
        asleep.answer(second, "200 OK");
        connected.answer(connected.expect("CANCEL "), "200 OK");
        connected.answer(first, "487 Request Terminated");
        asleep.answer(asleep.expect("BYE "), "200 OK");
        caller.awaitEnd();
      }
      assertThat(pushes(connectedToken, "rings-two")).isEmpty();
      await()
          .atMost(WITHIN)
          .untilAsserted(
              () ->
                  assertThat(signals("rings-two", "ringing"))
                      .extracting(it -> it.path("deviceId").asText())
                      .contains(connected.deviceId()));
    }
  }

  /** A proxy before this one calls two people with one Call-ID, and one of them declines. */
  @Test
  void inAForkOneWhoDeclinesEndsTheCallForHimselfOnly() throws Exception {
    VoipToken franksToken = environment.freshToken();
    VoipToken gracesToken = environment.freshToken();
    environment.production().answer(gracesToken, Behaviour.rejects(503, "ServiceUnavailable"));
    try (var frank = sleeping("frank", franksToken);
        var grace = sleeping("grace", gracesToken);
        var toFrank = call("declined", "frank", "a-fork");
        var toGrace = call("answered", "grace", "a-fork")) {
      awaitPush(franksToken, "a-fork");
      awaitPush(gracesToken, "a-fork");
      frank.register();
      frank.answer(frank.expect("INVITE "), "603 Decline");
      toFrank.awaitEnd();
      await()
          .atMost(WITHIN)
          .until(() -> signals("a-fork", "declined"), told -> !told.isEmpty())
          .forEach(told -> assertThat(told.path("callee").asText()).isEqualTo("frank"));
      environment.production().answer(gracesToken, Behaviour.accepts());
      await()
          .atMost(WITHIN)
          .until(() -> pushes(gracesToken, "a-fork").stream().anyMatch(ReceivedPush::accepted));
      grace.register();
      grace.answer(grace.expect("INVITE "), "200 OK");
      grace.answer(grace.expect("BYE "), "200 OK");
      toGrace.awaitEnd();
    }
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
    return SippCaller.call(scenario, kamailio.port(), callee, call, folder.resolve(callee));
  }

  private ReceivedPush awaitPush(VoipToken token, String call) {
    return await()
        .atMost(WITHIN)
        .pollInterval(LOOK)
        .until(() -> pushes(token, call), pushes -> !pushes.isEmpty())
        .getLast();
  }

  private List<ReceivedPush> pushes(VoipToken token, String call) {
    return environment.production().pushes(token).stream()
        .filter(push -> push.json().at("/call/id").asText().equals(call))
        .toList();
  }

  private List<JsonNode> signals(String call, String type) {
    return TopicContents.upToNow(kafka.bootstrapServers(), CallPlatform.SIGNALS).stream()
        .map(CallPlatform::json)
        .filter(it -> it.path("callId").asText().equals(call))
        .filter(it -> it.path("type").asText().equals(type))
        .toList();
  }

  private static void print(
      SippCaller caller, ReceivedPush push, Instant registered, Instant invited, Instant answered) {
    Instant begin = caller.at("INVITE ").orElseThrow();
    System.out.println("a call to a phone that sleeps, ms after the caller's INVITE:");
    step(begin, "100 at the caller", caller.at("SIP/2.0 100").orElseThrow());
    step(begin, "push at the local APNs", push.arrivedAt());
    step(begin, "180 at the caller", caller.at("SIP/2.0 180").orElseThrow());
    step(begin, "the phone is registered", registered);
    step(begin, "INVITE at the phone", invited);
    step(begin, "the phone answers", answered);
    step(begin, "200 at the caller", caller.at("SIP/2.0 200").orElseThrow());
  }

  private static void step(Instant begin, String name, Instant at) {
    System.out.printf("  %5d  %s%n", Duration.between(begin, at).toMillis(), name);
  }
}
