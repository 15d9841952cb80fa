package dev.ringpost.journey;

import static dev.ringpost.journey.GuardedCallEnvironment.invite;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.tools.records.Stretch;
import dev.ringpost.tools.trace.TraceReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The first line of a trace, which names the cause, of calls that are broken in many ways. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TraceIT {

  /** More than the other tests call somebody, also until a slow view has their phones. */
  private static final int MAX_PER_CALLEE = 25;

  private static final AtomicInteger USERS = new AtomicInteger();

  private LocalKafka kafka;
  private CallEnvironment environment;

  @BeforeAll
  void start(@TempDir Path folder) {
    kafka = LocalKafka.start();
    environment =
        CallEnvironment.on(
                kafka.bootstrapServers(),
                folder,
                "ring:\n  flood-window: 5s\n  max-per-callee: " + MAX_PER_CALLEE + "\n")
            .startWorker();
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  @Test
  void aPhoneThatRings() throws Exception {
    UserId user = freshUser();
    Device phone = environment.phone("iphone-1");
    environment.give(user, phone);
    CallId call = environment.freshCall();
    environment.resultOf(environment.platform().invite(call, user, CallEnvironment.RING));
    signal(call, "ringing", ", \"deviceId\": \"iphone-1\"");

    JsonNode cause = cause(call);
    assertThat(cause.path("code").asText()).isEqualTo("rang");
    assertThat(firstLine(call)).contains("iphone-1 told ringing at ");
  }

  @Test
  void aCalleeWhoIsCalledTooOften() throws Exception {
    UserId user = freshUser();
    Device phone = environment.phone("iphone-1");
    environment.give(user, phone);
    CallId call = environment.freshCall();
    JsonNode told = called(call, user);
    for (int i = 0; i < MAX_PER_CALLEE && told.path("reason").isMissingNode(); i++) {
      call = environment.freshCall();
      told = called(call, user);
    }

    assertThat(told.path("verdict").asText()).isEqualTo("failed");
    assertThat(told.path("reason").asText()).isEqualTo("flood");
    assertThat(environment.production().pushes(phone.token()))
        .hasSizeLessThanOrEqualTo(MAX_PER_CALLEE);
    assertThat(cause(call).path("code").asText()).isEqualTo("flood");
    assertThat(firstLine(call)).contains("more invites within a short time than may ring");
  }

  private JsonNode called(CallId call, UserId user) {
    return environment.resultOf(environment.platform().invite(call, user, CallEnvironment.RING));
  }

  @Test
  void aPhoneThatStaysSilent() throws Exception {
    UserId user = freshUser();
    Device phone = environment.phone("iphone-1");
    environment.give(user, phone);
    CallId call = environment.freshCall();
    environment.resultOf(environment.platform().invite(call, user, CallEnvironment.RING));

    assertThat(cause(call).path("code").asText()).isEqualTo("accepted_not_rung");
    assertThat(firstLine(call))
        .contains("APNs accepted the push for iphone-1 (" + phone.token().digest().value() + ")");
    assertThat(String.join("\n", report(call).forApple().text()))
        .contains("apns-id:", "com.example.phone.voip", phone.token().digest().value())
        .contains("(UTC)")
        .doesNotContain(phone.token().hex());
    assertThat(report(call).json()).doesNotContain(phone.token().hex());
  }

  @Test
  void aTokenOfTheOtherEnvironment() throws Exception {
    UserId user = freshUser();
    Device phone = environment.phone("iphone-1");
    environment.production().answer(phone.token(), Behaviour.rejects(400, "BadDeviceToken"));
    environment.give(user, phone);
    CallId call = called(user);

    assertThat(cause(call).path("code").asText()).isEqualTo("wrong_environment");
    assertThat(firstLine(call)).contains("was registered for production, and is one of sandbox");
  }

  @Test
  void aTokenOfNeitherEnvironment() throws Exception {
    UserId user = freshUser();
    Device phone = environment.phone("iphone-1", CallEnvironment.PHONE, Environment.SANDBOX);
    environment.production().answer(phone.token(), Behaviour.rejects(400, "BadDeviceToken"));
    environment.sandbox().answer(phone.token(), Behaviour.rejects(400, "BadDeviceToken"));
    environment.give(user, phone);
    CallId call = called(user);

    assertThat(cause(call).path("code").asText()).isEqualTo("wrong_environment");
    assertThat(firstLine(call))
        .contains("was registered for sandbox; APNs refused it in ", "400 BadDeviceToken");
  }

  @Test
  void anotherApp() throws Exception {
    UserId user = freshUser();
    environment.give(user, environment.phone("iphone-1"));
    CallId call = environment.freshCall();
    published(invite(call, user, "\"app\": \"com.example.other\""));

    assertThat(cause(call).path("code").asText()).isEqualTo("other_app");
    assertThat(firstLine(call)).contains("1 devices, but none with the app", "com.example.other");
  }

  @Test
  void aDeadToken() throws Exception {
    UserId user = freshUser();
    Device phone = environment.phone("iphone-1");
    environment.give(user, phone);
    environment
        .production()
        .answer(phone.token(), Behaviour.rejects(410, "Unregistered", Instant.now()));
    CallId first = called(user);
    CallId second = environment.freshCall();
    environment.callUntil(user, it -> it.path("verdict").asText().equals("all_dead"));
    environment.resultOf(environment.platform().invite(second, user, CallEnvironment.RING));

    assertThat(cause(first).path("code").asText()).isEqualTo("dead_token");
    assertThat(firstLine(first)).contains("410 Unregistered");
    assertThat(cause(second).path("code").asText()).isEqualTo("dead_token");
    assertThat(firstLine(second)).contains("Every token of the callee is dead: iphone-1");
  }

  @Test
  void nobodyRegistered() throws Exception {
    CallId call = called(new UserId("nobody-at-all"));

    assertThat(cause(call).path("code").asText()).isEqualTo("not_registered");
    assertThat(firstLine(call)).contains("No iPhone of nobody-at-all was registered");
  }

  @Test
  void anInviteThatWasPublishedLate() throws Exception {
    CallId call = environment.freshCall();
    String asked = Instant.now().minusSeconds(60).toString();
    published(invite(call, freshUser(), "\"invitedAt\": \"" + asked + "\", \"ringSeconds\": 20"));

    assertThat(cause(call).path("code").asText()).isEqualTo("published_late");
    assertThat(firstLine(call)).contains("s after it was asked for");
  }

  @Test
  void aClockThatIsBehind() throws Exception {
    CallId call = environment.freshCall();
    String over = Instant.now().minusMillis(1_500).toString();
    published(invite(call, freshUser(), "\"expiresAt\": \"" + over + "\""));

    assertThat(cause(call).path("code").asText()).isEqualTo("clock_skew");
    assertThat(firstLine(call)).contains("The sender's clock is behind");
  }

  @Test
  void aCallThatEndedEarly() throws Exception {
    UserId user = freshUser();
    environment.give(user, environment.phone("iphone-1"));
    CallId call = environment.freshCall();
    // it was asked for before its end, however long the worker takes to read that
    String asked = "\"invitedAt\": \"" + Instant.now() + "\"";
    double before = signalsOf("cancelled");
    signal(call, "cancelled", "");
    await().until(() -> signalsOf("cancelled") > before);
    JsonNode told =
        environment.resultOf(environment.platform().publish(null, invite(call, user, asked)));

    assertThat(environment.pushesOf(told)).isEmpty();
    assertThat(codes(call)).containsExactly("ended_early");
    assertThat(firstLine(call))
        .matches("Likely cause: The call was cancelled at .*Z, before a phone could ring; .*");
  }

  /** How many signals of a type the worker has read. */
  private double signalsOf(String type) {
    String series = "ringpost_signals_total{type=\"" + type + "\"} ";
    return environment
        .worker()
        .get("/metrics")
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .sum();
  }

  @Test
  void aLostAnswer() throws Exception {
    UserId user = freshUser();
    Device phone = environment.phone("iphone-1");
    environment.give(user, phone);
    environment.production().answer(phone.token(), Behaviour.keepsSilent());
    environment.sandbox().answer(phone.token(), Behaviour.keepsSilent());
    CallId call = environment.freshCall();
    Origin origin = environment.platform().invite(call, user, Duration.ofSeconds(4));
    await()
        .atMost(Duration.ofSeconds(40))
        .until(
            () ->
                environment.platform().results(origin).stream()
                    .anyMatch(it -> it.path("final").asBoolean()));

    assertThat(firstLine(call)).contains("APNs' answer was lost or late");
  }

  @Test
  void aRepeat() throws Exception {
    UserId user = freshUser();
    environment.give(user, environment.phone("iphone-1"));
    CallId call = environment.freshCall();
    environment.resultOf(environment.platform().invite(call, user, CallEnvironment.RING));
    environment.resultOf(environment.platform().invite(call, user, CallEnvironment.RING));

    assertThat(codes(call)).containsExactly("accepted_not_rung", "duplicate");
  }

  @Test
  void anInviteWithAFlaw() throws Exception {
    CallId call = environment.freshCall();
    published("{\"callId\": \"" + call.value() + "\", \"callee\": 7}");

    assertThat(cause(call).path("code").asText()).isEqualTo("invalid_field");
    assertThat(firstLine(call)).contains("callee must be a string");
  }

  @Test
  void aCallThatNobodyPublished() throws Exception {
    var report = report(new CallId("never-published"));

    assertThat(report.isFound()).isFalse();
    assertThat(report.text().getFirst()).contains("No record of this call");
  }

  /** Last, for it stops the worker. */
  @Test
  @Order(Integer.MAX_VALUE)
  void noOwner() throws Exception {
    environment.stopWorker();
    CallId call = environment.freshCall();
    environment.platform().invite(call, new UserId("bob"), CallEnvironment.RING);

    assertThat(cause(call).path("code").asText()).isEqualTo("no_owner");
    assertThat(firstLine(call)).contains("the group has no members");
  }

  private static UserId freshUser() {
    return new UserId("traced-" + USERS.incrementAndGet());
  }

  private CallId called(UserId user) {
    CallId call = environment.freshCall();
    environment.resultOf(environment.platform().invite(call, user, CallEnvironment.RING));
    return call;
  }

  private void published(String invite) {
    environment.resultOf(environment.platform().publish(null, invite));
  }

  private void signal(CallId call, String type, String more) {
    String json = "{\"callId\": \"%s\", \"type\": \"%s\"%s}".formatted(call.value(), type, more);
    environment
        .platform()
        .store(
            new ProducerRecord<>(
                CallPlatform.SIGNALS, call.value().getBytes(UTF_8), json.getBytes(UTF_8)));
  }

  private TraceReport report(CallId call) throws Exception {
    Instant now = Instant.now();
    return TraceReport.read(
        ConfigLoader.loadWithoutApple(environment.config(), Map.of()),
        call,
        Stretch.upTo(now, Duration.ofMinutes(15)),
        now,
        (_, _) -> {});
  }

  private String firstLine(CallId call) throws Exception {
    return report(call).text().getFirst();
  }

  private JsonNode cause(CallId call) throws Exception {
    return CallPlatform.json(report(call).json()).at("/invites/0/likelyCause");
  }

  private List<String> codes(CallId call) throws Exception {
    return CallPlatform.json(report(call).json()).findValuesAsText("code");
  }
}
