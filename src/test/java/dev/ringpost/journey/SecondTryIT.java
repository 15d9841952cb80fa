package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a call whose first try does not end it, on real parts in this JVM. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecondTryIT {

  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(20);
  private static final Behaviour BUSY = Behaviour.rejects(503, "ServiceUnavailable");

  private GuardedStage guarded;
  private Stage stage;
  private CallPlatform platform;

  @BeforeAll
  void start(@TempDir Path folder) {
    guarded = GuardedStage.in(folder);
    stage = guarded.stage();
    platform = stage.platform();
  }

  /** Whatever the tests did, the guarantees held. */
  @AfterAll
  void everyGuaranteeHeld() {
    guarded.endWithAtLeast(9);
  }

  @Test
  void aPhoneThatApnsCouldNotServeRingsOnTheNextRungUnderTheSameIds() {
    var user = new UserId("patient");
    Device phone = stage.phone("phone");
    stage.give(user, phone);
    busyUntilAttempt(3, phone);

    Origin invite = platform.invite(stage.freshCall(), user, Stage.RING);
    List<JsonNode> results = finalResults(invite, 3);

    assertThat(results)
        .extracting(result -> result.path("attempt").asInt())
        .containsExactly(1, 2, 3);
    assertThat(results)
        .extracting(result -> result.path("verdict").asText())
        .containsExactly("retrying", "retrying", "accepted");
    assertThat(results)
        .extracting(result -> result.path("final").asBoolean())
        .containsExactly(false, false, true);
    List<ReceivedPush> pushes = stage.pushesOf(results.getFirst());
    assertThat(pushes.stream().map(push -> push.header("apns-id")).distinct()).hasSize(1);
    assertThat(pushes).extracting(SecondTryIT::attempt).containsOnly(1, 2, 3);
    assertThat(lastOf(2, pushes)).isAfterOrEqualTo(lastOf(1, pushes).plusSeconds(1));
    assertThat(lastOf(3, pushes)).isAfterOrEqualTo(lastOf(2, pushes).plusSeconds(2));
    assertThat(pushes.stream().filter(ReceivedPush::accepted)).hasSize(1);
  }

  /** An answer of 5xx is tried again at once on another connection, so one answer is not enough. */
  private void busyUntilAttempt(int attempt, Device phone) {
    stage
        .production()
        .answerBy(
            push ->
                push.token().equals(phone.token().hex()) && attempt(push) < attempt
                    ? BUSY
                    : push.behaviour());
  }

  private static Instant lastOf(int attempt, List<ReceivedPush> pushes) {
    return pushes.stream()
        .filter(push -> attempt(push) == attempt)
        .map(ReceivedPush::arrivedAt)
        .max(Instant::compareTo)
        .orElseThrow();
  }

  private static int attempt(ReceivedPush push) {
    return push.json().at("/call/attempt").asInt();
  }

  @Test
  void onlyWhatIsUnfinishedIsTriedAgain() {
    var user = new UserId("half-served");
    Device phone = stage.phone("phone");
    Device tablet = stage.phone("tablet");
    stage.give(user, phone, tablet);
    busyUntilAttempt(2, tablet);

    Origin invite = platform.invite(stage.freshCall(), user, Stage.RING);
    List<JsonNode> results = finalResults(invite, 2);

    assertThat(results)
        .extracting(result -> result.path("verdict").asText() + result.path("final").asText())
        .containsExactly("acceptedfalse", "acceptedtrue");
    assertThat(results.getLast().path("devices")).hasSize(1);
    assertThat(pushes(results, phone)).hasSize(1);
    assertThat(pushes(results, tablet)).extracting(SecondTryIT::attempt).contains(1).endsWith(2);
  }

  @Test
  void aTokenThatIsGoneIsLearnedFromTheTopicAndNotPushedAgain() {
    var user = new UserId("moved");
    Device phone = stage.phone("phone");
    stage.give(user, phone);
    int before = stage.production().pushes(phone.token()).size();
    stage.production().answer(phone.token(), Behaviour.rejects(410, "Unregistered", Instant.now()));

    JsonNode first = stage.call(user);
    assertThat(first.path("verdict").asText()).isEqualTo("all_dead");
    await().atMost(SETTLED_WITHIN).until(() -> stage.call(user).path("devices").isEmpty());
    int dead = stage.production().pushes(phone.token()).size();
    assertThat(stage.call(user).path("verdict").asText()).isEqualTo("all_dead");
    assertThat(stage.production().pushes(phone.token())).hasSize(dead);
    assertThat(dead).isGreaterThan(before);

    Device again =
        new Device(phone.id(), phone.token(), phone.app(), phone.environment(), Instant.now());
    stage.production().answer(phone.token(), Behaviour.accepts());
    stage.give(user, again);
  }

  @Test
  void theEndOfACallKeepsItsRetryFromRinging() {
    var user = new UserId("gone-quickly");
    Device phone = stage.phone("phone");
    stage.give(user, phone);
    stage.production().answer(phone.token(), BUSY);
    CallId call = stage.freshCall();

    Origin invite = platform.invite(call, user, Stage.RING);
    await().atMost(SETTLED_WITHIN).until(() -> !platform.results(invite).isEmpty());
    signal(call, "\"type\": \"cancelled\"");
    List<JsonNode> results = finalResults(invite, 2);

    assertThat(results.getLast().path("verdict").asText()).isEqualTo("ended");
    assertThat(pushes(results, phone)).extracting(SecondTryIT::attempt).containsOnly(1);
  }

  @Test
  void aSignalMayComeBeforeItsInvite() {
    var user = new UserId("late-invite");
    Device phone = stage.phone("phone");
    Device tablet = stage.phone("tablet");
    stage.give(user, phone, tablet);
    CallId ringing = stage.freshCall();
    CallId over = stage.freshCall();
    signal(ringing, "\"type\": \"ringing\", \"deviceId\": \"tablet\"");
    signal(over, "\"type\": \"answered\", \"callee\": \"late-invite\"");
    await().atMost(SETTLED_WITHIN).until(() -> signals("answered") >= 1 && signals("ringing") >= 1);

    Instant earlier = Instant.now().minusSeconds(1);
    JsonNode one = finalResults(inviteAt(ringing, user, earlier), 1).getFirst();
    JsonNode none = finalResults(inviteAt(over, user, earlier), 1).getFirst();

    assertThat(one.path("devices")).hasSize(1);
    assertThat(one.at("/devices/0/deviceId").asText()).isEqualTo("phone");
    assertThat(none.path("verdict").asText()).isEqualTo("ended");
    assertThat(stage.pushesOf(none)).isEmpty();
  }

  @Test
  void aRepeatOfAnInviteRingsNobodyTwice() {
    var user = new UserId("rung-once");
    stage.give(user, stage.phone("phone"));
    CallId call = stage.freshCall();

    JsonNode first = stage.resultOf(platform.invite(call, user, Stage.RING));
    JsonNode repeat = stage.resultOf(platform.invite(call, user, Stage.RING));

    assertThat(first.path("verdict").asText()).isEqualTo("accepted");
    assertThat(repeat.path("verdict").asText()).isEqualTo("duplicate");
    assertThat(stage.pushesOf(first)).hasSize(1);
  }

  @Test
  void whatHasNoTimeLeftForAnotherTryIsOver() {
    var user = new UserId("in-a-hurry");
    Device phone = stage.phone("phone");
    stage.give(user, phone);
    stage.production().answer(phone.token(), BUSY);

    Origin invite = platform.invite(stage.freshCall(), user, Duration.ofMillis(1_500));
    List<JsonNode> results = finalResults(invite, 2);

    assertThat(results.getLast().path("verdict").asText()).isEqualTo("failed");
    assertThat(results.getLast().path("final").asBoolean()).isTrue();
  }

  @Test
  void aMistakeThatTheFirstTryMetIsWhyTheCallFailsInTheEnd() {
    var user = new UserId("half-refused");
    Device phone = stage.phone("phone");
    Device tablet = stage.phone("tablet");
    stage.give(user, phone, tablet);
    stage.production().answer(phone.token(), BUSY);
    stage.production().answer(tablet.token(), Behaviour.rejects(418, "WhateverItIs"));

    Origin invite = platform.invite(stage.freshCall(), user, Duration.ofMillis(1_500));
    List<JsonNode> results = finalResults(invite, 2);

    assertThat(results.getLast().path("verdict").asText()).isEqualTo("failed");
    await()
        .atMost(SETTLED_WITHIN)
        .untilAsserted(
            () ->
                assertThat(platform.deadLetters())
                    .singleElement()
                    .extracting(letter -> letter.headers().lastHeader("ringpost-reason").value())
                    .isEqualTo("unknown_refusal".getBytes(UTF_8)));
  }

  @Test
  void forgedHeadersOnAFreshInviteMeanNothing() {
    var user = new UserId("forged");
    Device phone = stage.phone("phone");
    stage.give(user, phone);
    var record =
        new ProducerRecord<>(
            CallPlatform.INVITES,
            "forged".getBytes(UTF_8),
            inviteJson(stage.freshCall(), user, Instant.now()).getBytes(UTF_8));
    record.headers().add("ringpost-format", "1".getBytes(UTF_8));
    record.headers().add("ringpost-attempt", "9".getBytes(UTF_8));
    record.headers().add("ringpost-devices", "[]".getBytes(UTF_8));

    JsonNode result = stage.resultOf(platform.publish(record));

    assertThat(result.path("attempt").asInt()).isEqualTo(1);
    assertThat(result.path("devices")).hasSize(1);
  }

  /** Waits for so many results of an invite, of which the last is final; in their order. */
  private List<JsonNode> finalResults(Origin invite, int expected) {
    List<JsonNode> results =
        await()
            .atMost(SETTLED_WITHIN)
            .alias("the final result of " + invite)
            .until(
                () -> platform.results(invite),
                all -> all.stream().anyMatch(result -> result.path("final").asBoolean()));
    assertThat(results).hasSize(expected);
    return results;
  }

  private List<ReceivedPush> pushes(List<JsonNode> results, Device device) {
    return stage.pushesOf(results.getFirst()).stream()
        .filter(push -> push.token().equals(device.token().hex()))
        .toList();
  }

  private void signal(CallId call, String rest) {
    platform.store(
        new ProducerRecord<>(
            "call-signals",
            call.value().getBytes(UTF_8),
            "{\"callId\": \"%s\", %s}".formatted(call.value(), rest).getBytes(UTF_8)));
  }

  private double signals(String type) {
    String line = "ringpost_signals_total{type=\"" + type + "\"} ";
    return stage
        .worker()
        .get("/metrics")
        .lines()
        .filter(candidate -> candidate.startsWith(line))
        .mapToDouble(found -> Double.parseDouble(found.substring(line.length())))
        .sum();
  }

  private Origin inviteAt(CallId call, UserId user, Instant at) {
    return platform.publish(user.value(), inviteJson(call, user, at));
  }

  private static String inviteJson(CallId call, UserId user, Instant at) {
    return """
    {"callId": "%s", "callee": "%s", "caller": {"uri": "sip:bob@example.com"}, "invitedAt": "%s"}
    """
        .formatted(call.value(), user.value(), at);
  }
}
