package dev.ringpost.journey;

import static dev.ringpost.journey.GuardedStage.deviceIds;
import static dev.ringpost.journey.GuardedStage.invite;
import static dev.ringpost.journey.GuardedStage.verdict;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
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
    guarded.endWithAtLeast(20);
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

    JsonNode without = guarded.call(user, "\"excludeDevices\": [\"tablet\", \"unknown\"]");
    JsonNode onDesk = guarded.call(user, "\"app\": \"com.example.desk\"");
    JsonNode nobody = guarded.call(user, "\"excludeDevices\": [\"tablet\", \"phone\", \"desk\"]");
    JsonNode otherApp = guarded.call(user, "\"app\": \"com.example.other\"");

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

    JsonNode result =
        guarded.call(user, "\"expiresAt\": \"%s\"".formatted(Instant.now().minusMillis(50)));

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

  private static Device registered(Device device, Instant at) {
    return new Device(device.id(), device.token(), device.app(), device.environment(), at);
  }

  /** The one of these pushes that belongs to the call. */
  private static ReceivedPush only(JsonNode result, List<ReceivedPush> pushes) {
    String call = result.path("callId").asText();
    List<ReceivedPush> found =
        pushes.stream().filter(push -> push.json().at("/call/id").asText().equals(call)).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }
}
