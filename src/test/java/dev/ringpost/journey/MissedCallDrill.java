package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.ReceivedPush;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The one alert of a call that nobody took, and none of any other. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class MissedCallDrill {

  private static final Duration RING = Duration.ofSeconds(4);
  private static final Duration WITHIN = Duration.ofSeconds(40);

  /** Longer than from the end of a call to its alert. */
  private static final Duration SETTLED = Duration.ofSeconds(6);

  private LocalKafka kafka;
  private CallEnvironment environment;
  private CallPlatform platform;

  @BeforeAll
  void start(@TempDir Path folder) {
    kafka = LocalKafka.start();
    var credentials = LocalCredentials.in(folder);
    var key = credentials.signingKey("KEYKEYKEY1", "TEAMTEAM01");
    LocalApns production =
        LocalApns.builder(credentials)
            .topic(CallEnvironment.PHONE.voipTopic())
            .topic(CallEnvironment.PHONE.value())
            .onlyRegisteredTokens()
            .key(key)
            .start();
    LocalApns sandbox =
        LocalApns.builder(credentials).topic(CallEnvironment.PHONE.voipTopic()).key(key).start();
    Path config =
        ConfigFile.of(kafka.bootstrapServers())
            .apns(credentials, production, sandbox)
            .apps(CallEnvironment.PHONE.value(), key)
            .with("admin:\n  host: localhost\n  port: 0\nmissed-call:\n  enabled: true\n")
            .write(folder.resolve("ringpost.yaml"));
    environment = CallEnvironment.of(kafka.bootstrapServers(), production, sandbox, config);
    platform = environment.startWorker().platform();
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  @Test
  @Order(1)
  void aCallThatFoundNobodyIsToldOnceAlsoWhereNobodyTellsOfAnswers() {
    UserId nobody = user("nobody");
    UserId silent = user("unheard");
    registerAlert(nobody);
    rings(silent);
    registerAlert(silent);
    CallId found = environment.freshCall();
    CallId rang = environment.freshCall();

    assertThat(verdict(platform.invite(rang, silent, RING))).isEqualTo("accepted");
    assertThat(verdict(platform.invite(found, nobody, RING))).isEqualTo("no_devices");
    await().atMost(WITHIN).until(() -> alerts(found).size() == 1);
    settle();

    assertThat(alerts(found))
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.header("apns-topic")).isEqualTo(CallEnvironment.PHONE.value());
              assertThat(alert.json().at("/aps/alert/loc-key").asText()).isEqualTo("MISSED_CALL");
            });
    assertThat(alerts(rang)).as("whether it was answered cannot be known").isEmpty();
  }

  @Test
  @Order(2)
  void onlyAnUnansweredCallIsToldAndOnce() {
    UserId callee = user("callee");
    rings(callee);
    registerAlert(callee);
    CallId answered = environment.freshCall();
    CallId elsewhere = environment.freshCall();
    CallId declined = environment.freshCall();
    CallId cancelled = environment.freshCall();
    CallId unanswered = environment.freshCall();
    for (CallId call : List.of(answered, elsewhere, declined, cancelled, unanswered)) {
      assertThat(verdict(platform.invite(call, callee, RING))).isEqualTo("accepted");
    }

    signal(answered, "answered", callee);
    signal(elsewhere, "answered", user("somebody-else"));
    signal(declined, "declined", callee);
    signal(cancelled, "cancelled", callee);
    await()
        .atMost(WITHIN)
        .until(() -> alerts(unanswered).size() == 1 && alerts(cancelled).size() == 1);
    settle();

    assertThat(alerts(unanswered)).hasSize(1);
    assertThat(alerts(cancelled)).hasSize(1);
    assertThat(alerts(answered)).isEmpty();
    assertThat(alerts(elsewhere)).isEmpty();
    assertThat(alerts(declined)).isEmpty();
  }

  @Test
  @Order(3)
  void aWorkerThatRestartsBeforeTheCallIsOverTellsItOnce() {
    UserId callee = user("patient");
    rings(callee);
    registerAlert(callee);
    CallId unanswered = environment.freshCall();
    CallId answered = environment.freshCall();
    Duration longer = Duration.ofSeconds(12);
    assertThat(verdict(platform.invite(unanswered, callee, longer))).isEqualTo("accepted");
    assertThat(verdict(platform.invite(answered, callee, longer))).isEqualTo("accepted");

    environment.stopWorker();
    signal(answered, "answered", callee);
    environment.startWorker();
    await().atMost(WITHIN).until(() -> alerts(unanswered).size() == 1);
    settle();

    assertThat(alerts(unanswered)).hasSize(1);
    assertThat(alerts(answered)).isEmpty();
  }

  @Test
  @Order(4)
  void aDeadTokenOfAlertsIsForgottenAndTheCallsStillRing() {
    UserId callee = user("reinstalled");
    rings(callee);
    Device alert = registerAlert(callee);
    environment
        .production()
        .answer(alert.token(), Behaviour.rejects(410, "Unregistered", Instant.now()));
    CallId first = environment.freshCall();
    assertThat(verdict(platform.invite(first, callee, RING))).isEqualTo("accepted");
    await().atMost(WITHIN).until(() -> alerts(first).size() == 1);
    settle();

    CallId second = environment.freshCall();
    assertThat(verdict(platform.invite(second, callee, RING))).isEqualTo("accepted");
    settle();
    settle();

    assertThat(alerts(first)).as("a dead token is not tried again").hasSize(1);
    assertThat(alerts(second)).isEmpty();
  }

  @Test
  @Order(5)
  void aCallWhoseCallerGivesUpIsToldLongBeforeItsTimeWhateverRingsOnBesideIt() {
    UserId callee = user("given-up");
    rings(callee);
    registerAlert(callee);
    Duration longerThanTheTest = Duration.ofSeconds(110);
    List<CallId> calls = new ArrayList<>();
    for (int number = 0; number < 20; number++) {
      CallId call = environment.freshCall();
      assertThat(verdict(platform.invite(call, callee, longerThanTheTest))).isEqualTo("accepted");
      calls.add(call);
    }
    CallId ringsOn = calls.getFirst();
    CallId givenUp = calls.getLast();
    signalForAll(givenUp, "cancelled");
    await().atMost(WITHIN).until(() -> alerts(givenUp).size() == 1);
    settle();

    assertThat(alerts(givenUp)).hasSize(1);
    assertThat(calls.subList(0, calls.size() - 1))
        .allSatisfy(call -> assertThat(alerts(call)).isEmpty());
    double answeredBefore = ended("answered");
    signalForAll(ringsOn, "answered");
    await().atMost(WITHIN).until(() -> ended("answered") == answeredBefore + 1);
    assertThat(alerts(ringsOn)).isEmpty();
  }

  private static void settle() {
    LockSupport.parkNanos(SETTLED.toNanos());
  }

  /** Gives a user a phone that rings, and waits until it does. */
  private void rings(UserId user) {
    Device phone = environment.phone("iphone-1");
    environment.production().register(phone.token(), CallEnvironment.PHONE.voipTopic());
    platform.register(user, phone);
    await().atMost(WITHIN).until(() -> rang(user));
  }

  private boolean rang(UserId user) {
    CallId call = environment.freshCall();
    Origin invite = platform.invite(call, user, RING);
    boolean accepted = verdict(invite).equals("accepted");
    signal(call, "declined", user);
    return accepted;
  }

  private Device registerAlert(UserId user) {
    Device phone = environment.phone("iphone-1");
    var alert =
        new Device(
            phone.id(),
            phone.token(),
            phone.app(),
            phone.environment(),
            phone.registeredAt(),
            phone.sealTo(),
            DeviceKey.Kind.ALERT);
    environment.production().register(alert.token(), CallEnvironment.PHONE.value());
    platform.register(user, alert);
    return alert;
  }

  private String verdict(Origin invite) {
    JsonNode result = environment.resultOf(invite);
    return result.path("verdict").asText();
  }

  private void signal(CallId call, String type, UserId callee) {
    String json =
        "{\"callId\": \"%s\", \"type\": \"%s\", \"callee\": \"%s\"}"
            .formatted(call.value(), type, callee.value());
    platform.store(new ProducerRecord<>(CallPlatform.SIGNALS, null, json.getBytes(UTF_8)));
  }

  /** How many calls had this end. */
  private double ended(String end) {
    String meter = "ringpost_missed_calls_total{end=\"%s\"} ".formatted(end);
    return environment
        .worker()
        .get("/metrics")
        .lines()
        .filter(line -> line.startsWith(meter))
        .mapToDouble(line -> Double.parseDouble(line.substring(meter.length())))
        .sum();
  }

  private void signalForAll(CallId call, String type) {
    String json = "{\"callId\": \"%s\", \"type\": \"%s\"}".formatted(call.value(), type);
    platform.store(new ProducerRecord<>(CallPlatform.SIGNALS, null, json.getBytes(UTF_8)));
  }

  private List<ReceivedPush> alerts(CallId call) {
    return environment.production().pushes().stream()
        .filter(push -> push.header("apns-push-type").equals("alert"))
        .filter(push -> push.json().at("/call/id").asText().equals(call.value()))
        .toList();
  }

  private static UserId user(String name) {
    return new UserId(name);
  }
}
