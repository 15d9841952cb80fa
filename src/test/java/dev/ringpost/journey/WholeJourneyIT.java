package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.guarantees.CommitNeverPassesUnsettled;
import dev.ringpost.testing.guarantees.EveryInviteSettled;
import dev.ringpost.testing.guarantees.NothingLateRings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of an invite, from one end to the other, on real parts in this JVM. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WholeJourneyIT {

  private LocalKafka kafka;
  private Stage stage;
  private CallPlatform platform;
  private CommitNeverPassesUnsettled commits;

  @BeforeAll
  void start(@TempDir Path folder) {
    kafka = LocalKafka.start();
    stage = Stage.on(kafka.bootstrapServers(), folder).startWorker();
    platform = stage.platform();
    commits = new CommitNeverPassesUnsettled(platform, "ringpost");
  }

  /** Whatever the tests did, the guarantees held. */
  @AfterAll
  void everyGuaranteeHeld() {
    try (LocalKafka _ = kafka;
        Stage _ = stage;
        CommitNeverPassesUnsettled _ = commits) {
      assertThat(platform.invited()).hasSizeGreaterThan(20);
      assertThat(new EveryInviteSettled(platform).breaches()).isEmpty();
      assertThat(commits.breaches()).isEmpty();
      assertThat(new NothingLateRings(stage.production()).breaches()).isEmpty();
      assertThat(new NothingLateRings(stage.sandbox()).breaches()).isEmpty();
    }
  }

  @Test
  void aCallRingsThePhoneAndItsServerIsTold() {
    new ShortJourney(stage).rings();
  }

  @Test
  void everyPhoneRingsWithTheCredentialOfItsAppInItsEnvironment() {
    var user = new UserId("four-phones");
    Device phone = stage.phone("phone", Stage.PHONE, Environment.PRODUCTION);
    Device phoneOfDeveloper = stage.phone("dev-phone", Stage.PHONE, Environment.SANDBOX);
    Device desk = stage.phone("desk", Stage.DESK, Environment.PRODUCTION);
    Device deskOfDeveloper = stage.phone("dev-desk", Stage.DESK, Environment.SANDBOX);
    stage.give(user, phone, phoneOfDeveloper, desk, deskOfDeveloper);

    JsonNode result = stage.call(user);

    assertThat(result.path("verdict").asText()).isEqualTo("accepted");
    assertThat(deviceIds(result))
        .containsExactlyInAnyOrder("phone", "dev-phone", "desk", "dev-desk");
    assertThat(stage.pushesOf(result)).hasSize(4).allMatch(ReceivedPush::accepted);
    ReceivedPush byKey = only(result, stage.production().pushes(phone.token()));
    ReceivedPush byKeyInSandbox = only(result, stage.sandbox().pushes(phoneOfDeveloper.token()));
    ReceivedPush byCertificate = only(result, stage.production().pushes(desk.token()));
    ReceivedPush inSandbox = only(result, stage.sandbox().pushes(deskOfDeveloper.token()));
    assertThat(Stream.of(byKey, byKeyInSandbox).map(push -> push.header("apns-topic")))
        .containsOnly(Stage.PHONE.voipTopic());
    assertThat(Stream.of(byCertificate, inSandbox).map(push -> push.header("apns-topic")))
        .containsOnly(Stage.DESK.voipTopic());
    assertThat(Stream.of(byKey, byKeyInSandbox).map(push -> push.header("authorization")))
        .allMatch(value -> value.startsWith("bearer "));
    assertThat(Stream.of(byCertificate, inSandbox).map(push -> push.header("authorization")))
        .containsOnly("");
  }

  @Test
  void anExcludedDeviceStaysSilentAndOnlyTheNamedAppRings() {
    var user = new UserId("choosy");
    stage.give(
        user,
        stage.phone("phone"),
        stage.phone("tablet"),
        stage.phone("desk", Stage.DESK, Environment.PRODUCTION));

    JsonNode without = call(user, "\"excludeDevices\": [\"tablet\", \"unknown\"]");
    JsonNode onDesk = call(user, "\"app\": \"com.example.desk\"");
    JsonNode nobody = call(user, "\"excludeDevices\": [\"tablet\", \"phone\", \"desk\"]");
    JsonNode otherApp = call(user, "\"app\": \"com.example.other\"");

    assertThat(deviceIds(without)).containsExactlyInAnyOrder("phone", "desk");
    assertThat(stage.pushesOf(without)).hasSize(2);
    assertThat(deviceIds(onDesk)).containsExactly("desk");
    assertThat(stage.pushesOf(onDesk)).hasSize(1);
    assertThat(verdict(nobody)).isEqualTo("not_needed: none");
    assertThat(stage.pushesOf(nobody)).isEmpty();
    assertThat(verdict(otherApp)).isEqualTo("no_devices: other_provider");
    assertThat(stage.pushesOf(otherApp)).isEmpty();
  }

  @Test
  void aUserWhosePhoneWasTakenHasNone() {
    var user = new UserId("leaver");
    Device phone = stage.phone("phone");
    stage.give(user, phone);

    platform.remove(user, phone.id());

    JsonNode result = stage.callUntil(user, told -> told.path("devices").isEmpty());
    assertThat(verdict(result)).isEqualTo("no_devices: other_provider");
    assertThat(stage.pushesOf(result)).isEmpty();
  }

  @Test
  void anInvalidatedTokenIsDeadUntilItIsRegisteredAnew() {
    var user = new UserId("reborn");
    Device phone = stage.phone("phone");
    stage.give(user, phone);

    platform.invalidate(user, phone, phone.registeredAt(), 2);
    JsonNode dead = stage.callUntil(user, told -> told.path("devices").isEmpty());
    Device again = registered(phone, phone.registeredAt().plusMillis(1));
    stage.give(user, again);

    assertThat(verdict(dead)).isEqualTo("all_dead: voicemail");
    assertThat(stage.pushesOf(dead)).isEmpty();
    assertThat(verdict(stage.call(user))).isEqualTo("accepted: none");
  }

  @Test
  void anInvalidationOfAnOlderTokenDoesNotTouchTheNewOne() {
    var user = new UserId("renewed");
    Device old = stage.phone("phone");
    stage.give(user, old);
    Device other = stage.phone("other-phone");
    stage.give(user, other, stage.phone("phone"));

    platform.invalidate(user, old, Instant.now(), 0);
    // In the same partition behind it: once this one is known, so is the other.
    platform.invalidate(user, other, Instant.now(), 0);

    JsonNode result = stage.callUntil(user, told -> deviceIds(told).size() < 2);
    assertThat(deviceIds(result)).containsExactly("phone");
  }

  @Test
  void oneKeyOnTwoPartitionsIsOnePhoneWithItsNewestToken() {
    var user = new UserId("twice");
    Device old = stage.phone("phone");
    Device renewed = stage.phone("phone");
    platform.register(user, old, 0);
    stage.callUntil(user, told -> !told.path("devices").isEmpty());

    platform.register(user, renewed, 1);

    stage.callUntil(user, _ -> !stage.production().pushes(renewed.token()).isEmpty());
    JsonNode result = stage.call(user);
    assertThat(stage.pushesOf(result)).hasSize(1);
    assertThat(stage.pushesOf(result).getFirst().token()).isEqualTo(renewed.token().hex());
  }

  @Test
  void aRecordThatIsNoInviteIsADeadLetterByteForByte() {
    byte[] key = {0, (byte) 0xff, 7};
    byte[] value = {'{', (byte) 0xc3, '"', 0};
    var record = new ProducerRecord<>(CallPlatform.INVITES, null, key, value);
    record.headers().add("x-tenant", new byte[] {1, (byte) 0x80});
    record.headers().add("x-tenant", "again".getBytes(UTF_8));
    record.headers().add("x-nothing", null);
    record.headers().add("ringpost-reason", "forged".getBytes(UTF_8));

    Origin origin = platform.publish(record);

    ConsumerRecord<byte[], byte[]> letter = deadLetter(origin);
    assertThat(letter.key()).isEqualTo(key);
    assertThat(letter.value()).isEqualTo(value);
    Header[] headers = letter.headers().toArray();
    assertThat(Arrays.copyOf(headers, 3))
        .containsExactly(
            new RecordHeader("x-tenant", new byte[] {1, (byte) 0x80}),
            new RecordHeader("x-tenant", "again".getBytes(UTF_8)),
            new RecordHeader("x-nothing", (byte[]) null));
    assertThat(ours(headers))
        .containsExactly(
            "ringpost-format: 1",
            "ringpost-origin-topic: call-invites",
            "ringpost-origin-partition: " + origin.partition(),
            "ringpost-origin-offset: " + origin.offset(),
            "ringpost-origin-timestamp: " + origin.timestamp(),
            "ringpost-stage: decode",
            "ringpost-reason: not_json",
            "ringpost-detail: the value must be one JSON object in UTF-8;"
                + " it breaks at line 1, column 4");
    assertThat(platform.results(origin)).isEmpty();
  }

  @Test
  void theServerOfACallWithAFlawIsToldAsWell() {
    Origin origin = platform.publish(null, "{\"callId\": \"flawed\", \"callee\": 7}");

    JsonNode result = stage.resultOf(origin);
    assertThat(result.path("callId").asText()).isEqualTo("flawed");
    assertThat(verdict(result)).isEqualTo("failed: voicemail");
    assertThat(deadLetter(origin).key()).isNull();
    assertThat(ours(deadLetter(origin).headers().toArray()))
        .contains("ringpost-reason: invalid_field", "ringpost-detail: callee must be a string");
  }

  @Test
  void aPayloadThatAppleWouldRefuseIsADeadLetterWithItsSize() {
    var user = new UserId("verbose");
    stage.give(user, stage.phone("phone"));

    JsonNode result = call(user, "\"custom\": {\"text\": \"%s\"}".formatted("x".repeat(5000)));

    assertThat(verdict(result)).isEqualTo("failed: voicemail");
    assertThat(stage.pushesOf(result)).isEmpty();
    List<String> headers = ours(deadLetter(originOf(result)).headers().toArray());
    assertThat(headers)
        .contains("ringpost-stage: deliver", "ringpost-reason: payload_too_large")
        .contains("ringpost-attempt: 1", "ringpost-deadline: " + result.path("expiresAt").asText())
        .anyMatch(header -> header.matches("ringpost-detail: .*\\b5[1-9]\\d\\d\\b.*"));
  }

  @Test
  void aTraceGoesOnInResultsAndDeadLetters() {
    byte[] trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".getBytes(UTF_8);
    var user = new UserId("traced");
    Origin good = platform.publish(traced(invite(stage.freshCall(), user, ""), trace));
    Origin bad = platform.publish(traced("{\"callId\": \"bad\"}", trace));

    stage.resultOf(good);
    stage.resultOf(bad);
    assertThat(
            Stream.of(
                platform.resultRecords(good).getFirst(),
                platform.resultRecords(bad).getFirst(),
                deadLetter(bad)))
        .allSatisfy(
            record ->
                assertThat(record.headers().headers("traceparent"))
                    .containsExactly(new RecordHeader("traceparent", trace)));
  }

  @Test
  void cloudEventsOfBothModesRing() {
    var user = new UserId("cloudy");
    stage.give(user, stage.phone("phone"));
    String structured =
        """
        {"specversion": "1.0", "id": "1", "source": "/sip", "type": "call.invited",
         "datacontenttype": "application/json", "data": %s}\
        """
            .formatted(invite(stage.freshCall(), user, ""));
    var whole =
        new ProducerRecord<byte[], byte[]>(CallPlatform.INVITES, structured.getBytes(UTF_8));
    whole.headers().add("content-type", "application/cloudevents+json".getBytes(UTF_8));
    String data = invite(stage.freshCall(), user, "");
    var binary = new ProducerRecord<byte[], byte[]>(CallPlatform.INVITES, data.getBytes(UTF_8));
    binary.headers().add("content-type", "application/json".getBytes(UTF_8));
    binary.headers().add("ce_specversion", "1.0".getBytes(UTF_8));
    binary.headers().add("ce_id", "2".getBytes(UTF_8));
    binary.headers().add("ce_source", "/sip".getBytes(UTF_8));
    binary.headers().add("ce_type", "call.invited".getBytes(UTF_8));

    assertThat(Stream.of(whole, binary).map(platform::publish).map(stage::resultOf).toList())
        .allSatisfy(
            result -> {
              assertThat(verdict(result)).isEqualTo("accepted: none");
              assertThat(stage.pushesOf(result)).hasSize(1);
            });
  }

  @Test
  void aCallThatIsOverIsNotRung() {
    var user = new UserId("late");
    stage.give(user, stage.phone("phone"));

    JsonNode result = call(user, "\"expiresAt\": \"%s\"".formatted(Instant.now().minusMillis(50)));

    assertThat(verdict(result)).isEqualTo("expired: alert_push");
    assertThat(result.path("devices")).isEmpty();
    assertThat(stage.pushesOf(result)).isEmpty();
  }

  @Test
  void anInviteThatCameWhileNoWorkerRanRingsUnlessItIsOver() {
    var user = new UserId("early-bird");
    stage.give(user, stage.phone("phone"));
    stage.stopWorker();
    Origin stillRings = platform.invite(stage.freshCall(), user, Stage.RING);
    Origin over = platform.invite(stage.freshCall(), user, Duration.ofMillis(1));
    assertThat(platform.results(stillRings)).isEmpty();

    stage.startWorker();

    JsonNode rung = stage.resultOf(stillRings);
    assertThat(verdict(rung)).isEqualTo("accepted: none");
    assertThat(stage.pushesOf(rung)).hasSize(1);
    JsonNode late = stage.resultOf(over);
    assertThat(verdict(late)).isEqualTo("expired: alert_push");
    assertThat(stage.pushesOf(late)).isEmpty();
  }

  @Test
  void whatAppleRefusesIsTold() {
    var user = new UserId("refused");
    Device good = stage.phone("good");
    Device gone = stage.phone("gone");
    stage.give(user, good, gone);
    stage.production().answer(gone.token(), Behaviour.rejects(410, "Unregistered", Instant.now()));

    JsonNode result = stage.call(user);

    assertThat(verdict(result)).isEqualTo("accepted: none");
    assertThat(result.path("devices"))
        .extracting(
            device ->
                device.path("deviceId").asText()
                    + " "
                    + device.path("outcome").asText()
                    + " "
                    + device.path("status").asInt()
                    + " "
                    + device.path("reason").asText())
        .containsExactlyInAnyOrder("good accepted 200 ", "gone token_gone 410 Unregistered");
  }

  private JsonNode call(UserId callee, String field) {
    return stage.resultOf(
        platform.publish(callee.value(), invite(stage.freshCall(), callee, field)));
  }

  /** An invite with one more field, or none. */
  private static String invite(CallId call, UserId callee, String field) {
    return """
    {"callId": "%s", "callee": "%s", "caller": {"uri": "sip:bob@example.com"}%s}\
    """
        .formatted(call.value(), callee.value(), field.isEmpty() ? "" : ", " + field);
  }

  private static ProducerRecord<byte[], byte[]> traced(String value, byte[] trace) {
    var record = new ProducerRecord<byte[], byte[]>(CallPlatform.INVITES, value.getBytes(UTF_8));
    record.headers().add("traceparent", trace);
    return record;
  }

  private static Device registered(Device device, Instant at) {
    return new Device(device.id(), device.token(), device.app(), device.environment(), at);
  }

  private static String verdict(JsonNode result) {
    return result.path("verdict").asText() + ": " + result.path("suggest").asText();
  }

  private static List<String> deviceIds(JsonNode result) {
    return StreamSupport.stream(result.path("devices").spliterator(), false)
        .map(device -> device.path("deviceId").asText())
        .toList();
  }

  /** The one of these pushes that belongs to the call. */
  private static ReceivedPush only(JsonNode result, List<ReceivedPush> pushes) {
    String call = result.path("callId").asText();
    List<ReceivedPush> found =
        pushes.stream().filter(push -> push.json().at("/call/id").asText().equals(call)).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private Origin originOf(JsonNode result) {
    return platform.invited().keySet().stream()
        .filter(origin -> platform.results(origin).contains(result))
        .findFirst()
        .orElseThrow();
  }

  private ConsumerRecord<byte[], byte[]> deadLetter(Origin origin) {
    return await()
        .until(
            () ->
                platform.deadLetters().stream()
                    .filter(
                        letter ->
                            ours(letter.headers().toArray())
                                .containsAll(
                                    List.of(
                                        "ringpost-origin-partition: " + origin.partition(),
                                        "ringpost-origin-offset: " + origin.offset())))
                    .toList(),
            letters -> !letters.isEmpty())
        .getFirst();
  }

  private static List<String> ours(Header[] headers) {
    return Arrays.stream(headers)
        .filter(header -> header.key().startsWith("ringpost-"))
        .map(header -> header.key() + ": " + new String(header.value(), UTF_8))
        .toList();
  }
}
