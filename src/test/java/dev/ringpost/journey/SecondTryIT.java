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

/** The course of a call whose first try does not end it, on real parts in this JVM. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecondTryIT {

  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(20);
  private static final Behaviour BUSY = Behaviour.rejects(503, "ServiceUnavailable");

  private GuardedCallEnvironment guarded;
  private CallEnvironment environment;
  private CallPlatform platform;

  @BeforeAll
  void start(@TempDir Path folder) {
    guarded = GuardedCallEnvironment.in(folder);
    environment = guarded.environment();
    platform = environment.platform();
  }

  /** Whatever the tests did, the guarantees held. */
  @AfterAll
  void everyGuaranteeHeld() {
    guarded.endWithAtLeast(9);
  }

  @Test
  void aPhoneThatApnsCouldNotServeRingsOnTheNextRetryUnderTheSameIds() {
    var user = new UserId("patient");
    Device phone = environment.phone("phone");
    environment.give(user, phone);
    busyUntilAttempt(3, phone);

    Origin invite = platform.invite(environment.freshCall(), user, CallEnvironment.RING);
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
    List<ReceivedPush> pushes = environment.pushesOf(results.getFirst());
    assertThat(pushes.stream().map(push -> push.header("apns-id")).distinct()).hasSize(1);
    assertThat(pushes).extracting(SecondTryIT::attempt).containsOnly(1, 2, 3);
    assertThat(lastOf(2, pushes)).isAfterOrEqualTo(lastOf(1, pushes).plusSeconds(1));
    assertThat(lastOf(3, pushes)).isAfterOrEqualTo(lastOf(2, pushes).plusSeconds(2));
    assertThat(pushes.stream().filter(ReceivedPush::accepted)).hasSize(1);
  }

  /** An answer of 5xx is tried again at once on another connection, so one answer is not enough. */
  private void busyUntilAttempt(int attempt, Device phone) {
    environment
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
    Device phone = environment.phone("phone");
    Device tablet = environment.phone("tablet");
    environment.give(user, phone, tablet);
    busyUntilAttempt(2, tablet);

    Origin invite = platform.invite(environment.freshCall(), user, CallEnvironment.RING);
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
    Device phone = environment.phone("phone");
    environment.give(user, phone);
    int before = environment.production().pushes(phone.token()).size();
    environment
        .production()
        .answer(phone.token(), Behaviour.rejects(410, "Unregistered", Instant.now()));

    JsonNode first = environment.call(user);
    assertThat(first.path("verdict").asText()).isEqualTo("all_dead");
    await().atMost(SETTLED_WITHIN).until(() -> environment.call(user).path("devices").isEmpty());
    int dead = environment.production().pushes(phone.token()).size();
    assertThat(environment.call(user).path("verdict").asText()).isEqualTo("all_dead");
    assertThat(environment.production().pushes(phone.token())).hasSize(dead);
    assertThat(dead).isGreaterThan(before);

    Device again =
        new Device(phone.id(), phone.token(), phone.app(), phone.environment(), Instant.now());
    environment.production().answer(phone.token(), Behaviour.accepts());
    environment.give(user, again);
  }

  @Test
  void theEndOfACallKeepsItsRetryFromRinging() {
    var user = new UserId("gone-quickly");
    Device phone = environment.phone("phone");
    environment.give(user, phone);
    environment.production().answer(phone.token(), BUSY);
    CallId call = environment.freshCall();

    Origin invite = platform.invite(call, user, CallEnvironment.RING);
    await().atMost(SETTLED_WITHIN).until(() -> !platform.results(invite).isEmpty());
    signal(call, "\"type\": \"cancelled\"");
    List<JsonNode> results = finalResults(invite, 2);

    assertThat(results.getLast().path("verdict").asText()).isEqualTo("ended");
    assertThat(pushes(results, phone)).extracting(SecondTryIT::attempt).containsOnly(1);
  }

  @Test
  void aSignalMayComeBeforeItsInvite() {
    var user = new UserId("late-invite");
    Device phone = environment.phone("phone");
    Device tablet = environment.phone("tablet");
    environment.give(user, phone, tablet);
    CallId ringing = environment.freshCall();
    CallId over = environment.freshCall();
    signal(ringing, "\"type\": \"ringing\", \"deviceId\": \"tablet\"");
    signal(over, "\"type\": \"answered\", \"callee\": \"late-invite\"");
    await().atMost(SETTLED_WITHIN).until(() -> signals("answered") >= 1 && signals("ringing") >= 1);

    Instant earlier = Instant.now().minusSeconds(1);
    JsonNode one = finalResults(inviteAt(ringing, user, earlier), 1).getFirst();
    JsonNode none = finalResults(inviteAt(over, user, earlier), 1).getFirst();

    assertThat(one.path("devices")).hasSize(1);
    assertThat(one.at("/devices/0/deviceId").asText()).isEqualTo("phone");
    assertThat(none.path("verdict").asText()).isEqualTo("ended");
    assertThat(environment.pushesOf(none)).isEmpty();
  }

  @Test
  void aRepeatOfAnInviteRingsNobodyTwice() {
    var user = new UserId("rung-once");
    environment.give(user, environment.phone("phone"));
    CallId call = environment.freshCall();

    JsonNode first = environment.resultOf(platform.invite(call, user, CallEnvironment.RING));
    JsonNode repeat = environment.resultOf(platform.invite(call, user, CallEnvironment.RING));

    assertThat(first.path("verdict").asText()).isEqualTo("accepted");
    assertThat(repeat.path("verdict").asText()).isEqualTo("duplicate");
    assertThat(environment.pushesOf(first)).hasSize(1);
  }

  @Test
  void whatHasNoTimeLeftForAnotherTryIsOver() {
    var user = new UserId("in-a-hurry");
    Device phone = environment.phone("phone");
    environment.give(user, phone);
    environment.production().answer(phone.token(), BUSY);

    Origin invite = platform.invite(environment.freshCall(), user, Duration.ofMillis(1_500));
    List<JsonNode> results = finalResults(invite, 2);

    assertThat(results.getLast().path("verdict").asText()).isEqualTo("failed");
    assertThat(results.getLast().path("final").asBoolean()).isTrue();
  }

  @Test
  void aMistakeThatTheFirstTryMetIsWhyTheCallFailsInTheEnd() {
    var user = new UserId("half-refused");
    Device phone = environment.phone("phone");
    Device tablet = environment.phone("tablet");
    environment.give(user, phone, tablet);
    environment.production().answer(phone.token(), BUSY);
    environment.production().answer(tablet.token(), Behaviour.rejects(418, "WhateverItIs"));

    Origin invite = platform.invite(environment.freshCall(), user, Duration.ofMillis(1_500));
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
    Device phone = environment.phone("phone");
    environment.give(user, phone);
    var record =
        new ProducerRecord<>(
            CallPlatform.INVITES,
            "forged".getBytes(UTF_8),
            inviteJson(environment.freshCall(), user, Instant.now()).getBytes(UTF_8));
    record.headers().add("ringpost-format", "1".getBytes(UTF_8));
    record.headers().add("ringpost-attempt", "9".getBytes(UTF_8));
    record.headers().add("ringpost-devices", "[]".getBytes(UTF_8));

    JsonNode result = environment.resultOf(platform.publish(record));

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
    return environment.pushesOf(results.getFirst()).stream()
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
    return environment
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
