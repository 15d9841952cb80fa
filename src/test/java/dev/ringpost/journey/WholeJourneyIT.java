package dev.ringpost.journey;

import static dev.ringpost.journey.GuardedCallEnvironment.deviceIds;
import static dev.ringpost.journey.GuardedCallEnvironment.invite;
import static dev.ringpost.journey.GuardedCallEnvironment.verdict;
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

/** The journey of an invite, from one end to the other, on real parts in this JVM. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WholeJourneyIT {

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
    guarded.endWithAtLeast(20);
  }

  @Test
  void aCallRingsThePhoneAndItsServerIsTold() {
    new ShortJourney(environment).rings();
  }

  @Test
  void everyPhoneRingsWithTheCredentialOfItsAppInItsEnvironment() {
    var user = new UserId("four-phones");
    Device phone = environment.phone("phone", CallEnvironment.PHONE, Environment.PRODUCTION);
    Device phoneOfDeveloper =
        environment.phone("dev-phone", CallEnvironment.PHONE, Environment.SANDBOX);
    Device desk = environment.phone("desk", CallEnvironment.DESK, Environment.PRODUCTION);
    Device deskOfDeveloper =
        environment.phone("dev-desk", CallEnvironment.DESK, Environment.SANDBOX);
    environment.give(user, phone, phoneOfDeveloper, desk, deskOfDeveloper);

    JsonNode result = environment.call(user);

    assertThat(result.path("verdict").asText()).isEqualTo("accepted");
    assertThat(deviceIds(result))
        .containsExactlyInAnyOrder("phone", "dev-phone", "desk", "dev-desk");
    assertThat(environment.pushesOf(result)).hasSize(4).allMatch(ReceivedPush::accepted);
    ReceivedPush byKey = only(result, environment.production().pushes(phone.token()));
    ReceivedPush byKeyInSandbox =
        only(result, environment.sandbox().pushes(phoneOfDeveloper.token()));
    ReceivedPush byCertificate = only(result, environment.production().pushes(desk.token()));
    ReceivedPush inSandbox = only(result, environment.sandbox().pushes(deskOfDeveloper.token()));
    assertThat(Stream.of(byKey, byKeyInSandbox).map(push -> push.header("apns-topic")))
        .containsOnly(CallEnvironment.PHONE.voipTopic());
    assertThat(Stream.of(byCertificate, inSandbox).map(push -> push.header("apns-topic")))
        .containsOnly(CallEnvironment.DESK.voipTopic());
    assertThat(Stream.of(byKey, byKeyInSandbox).map(push -> push.header("authorization")))
        .allMatch(value -> value.startsWith("bearer "));
    assertThat(Stream.of(byCertificate, inSandbox).map(push -> push.header("authorization")))
        .containsOnly("");
  }

  @Test
  void anExcludedDeviceStaysSilentAndOnlyTheNamedAppRings() {
    var user = new UserId("choosy");
    environment.give(
        user,
        environment.phone("phone"),
        environment.phone("tablet"),
        environment.phone("desk", CallEnvironment.DESK, Environment.PRODUCTION));

    JsonNode without = guarded.call(user, "\"excludeDevices\": [\"tablet\", \"unknown\"]");
    JsonNode onDesk = guarded.call(user, "\"app\": \"com.example.desk\"");
    JsonNode nobody = guarded.call(user, "\"excludeDevices\": [\"tablet\", \"phone\", \"desk\"]");
    JsonNode otherApp = guarded.call(user, "\"app\": \"com.example.other\"");

    assertThat(deviceIds(without)).containsExactlyInAnyOrder("phone", "desk");
    assertThat(environment.pushesOf(without)).hasSize(2);
    assertThat(deviceIds(onDesk)).containsExactly("desk");
    assertThat(environment.pushesOf(onDesk)).hasSize(1);
    assertThat(verdict(nobody)).isEqualTo("not_needed: none");
    assertThat(environment.pushesOf(nobody)).isEmpty();
    assertThat(verdict(otherApp)).isEqualTo("no_devices: other_provider");
    assertThat(environment.pushesOf(otherApp)).isEmpty();
  }

  @Test
  void aUserWhosePhoneWasTakenHasNone() {
    var user = new UserId("leaver");
    Device phone = environment.phone("phone");
    environment.give(user, phone);

    platform.remove(user, phone.id());

    JsonNode result = environment.callUntil(user, told -> told.path("devices").isEmpty());
    assertThat(verdict(result)).isEqualTo("no_devices: other_provider");
    assertThat(environment.pushesOf(result)).isEmpty();
  }

  @Test
  void anInvalidatedTokenIsDeadUntilItIsRegisteredAnew() {
    var user = new UserId("reborn");
    Device phone = environment.phone("phone");
    environment.give(user, phone);

    platform.invalidate(user, phone, phone.registeredAt(), 2);
    JsonNode dead = environment.callUntil(user, told -> told.path("devices").isEmpty());
    Device again = registered(phone, phone.registeredAt().plusMillis(1));
    environment.give(user, again);

    assertThat(verdict(dead)).isEqualTo("all_dead: voicemail");
    assertThat(environment.pushesOf(dead)).isEmpty();
    assertThat(verdict(environment.call(user))).isEqualTo("accepted: none");
  }

  @Test
  void anInvalidationOfAnOlderTokenDoesNotTouchTheNewOne() {
    var user = new UserId("renewed");
    Device old = environment.phone("phone");
    environment.give(user, old);
    Device other = environment.phone("other-phone");
    environment.give(user, other, environment.phone("phone"));

    platform.invalidate(user, old, Instant.now(), 0);
    // In the same partition behind it: once this one is known, so is the other.
    platform.invalidate(user, other, Instant.now(), 0);

    JsonNode result = environment.callUntil(user, told -> deviceIds(told).size() < 2);
    assertThat(deviceIds(result)).containsExactly("phone");
  }

  @Test
  void oneKeyOnTwoPartitionsIsOnePhoneWithItsNewestToken() {
    var user = new UserId("twice");
    Device old = environment.phone("phone");
    Device renewed = environment.phone("phone");
    platform.register(user, old, 0);
    environment.callUntil(user, told -> !told.path("devices").isEmpty());

    platform.register(user, renewed, 1);

    environment.callUntil(user, _ -> !environment.production().pushes(renewed.token()).isEmpty());
    JsonNode result = environment.call(user);
    assertThat(environment.pushesOf(result)).hasSize(1);
    assertThat(environment.pushesOf(result).getFirst().token()).isEqualTo(renewed.token().hex());
  }

  @Test
  void cloudEventsOfBothModesRing() {
    var user = new UserId("cloudy");
    environment.give(user, environment.phone("phone"));
    String structured =
        """
        {"specversion": "1.0", "id": "1", "source": "/sip", "type": "call.invited",
         "datacontenttype": "application/json", "data": %s}\
        """
            .formatted(invite(environment.freshCall(), user, ""));
    var whole =
        new ProducerRecord<byte[], byte[]>(CallPlatform.INVITES, structured.getBytes(UTF_8));
    whole.headers().add("content-type", "application/cloudevents+json".getBytes(UTF_8));
    String data = invite(environment.freshCall(), user, "");
    var binary = new ProducerRecord<byte[], byte[]>(CallPlatform.INVITES, data.getBytes(UTF_8));
    binary.headers().add("content-type", "application/json".getBytes(UTF_8));
    binary.headers().add("ce_specversion", "1.0".getBytes(UTF_8));
    binary.headers().add("ce_id", "2".getBytes(UTF_8));
    binary.headers().add("ce_source", "/sip".getBytes(UTF_8));
    binary.headers().add("ce_type", "call.invited".getBytes(UTF_8));

    assertThat(Stream.of(whole, binary).map(platform::publish).map(environment::resultOf).toList())
        .allSatisfy(
            result -> {
              assertThat(verdict(result)).isEqualTo("accepted: none");
              assertThat(environment.pushesOf(result)).hasSize(1);
            });
  }

  @Test
  void aCallThatIsOverIsNotRung() {
    var user = new UserId("late");
    environment.give(user, environment.phone("phone"));

    JsonNode result =
        guarded.call(user, "\"expiresAt\": \"%s\"".formatted(Instant.now().minusMillis(50)));

    assertThat(verdict(result)).isEqualTo("expired: alert_push");
    assertThat(result.path("devices")).isEmpty();
    assertThat(environment.pushesOf(result)).isEmpty();
  }

  @Test
  void anInviteThatCameWhileNoWorkerRanRingsUnlessItIsOver() {
    var user = new UserId("early-bird");
    environment.give(user, environment.phone("phone"));
    environment.stopWorker();
    Origin stillRings = platform.invite(environment.freshCall(), user, CallEnvironment.RING);
    Origin over = platform.invite(environment.freshCall(), user, Duration.ofMillis(1));
    assertThat(platform.results(stillRings)).isEmpty();

    environment.startWorker();

    JsonNode rung = environment.resultOf(stillRings);
    assertThat(verdict(rung)).isEqualTo("accepted: none");
    assertThat(environment.pushesOf(rung)).hasSize(1);
    JsonNode late = environment.resultOf(over);
    assertThat(verdict(late)).isEqualTo("expired: alert_push");
    assertThat(environment.pushesOf(late)).isEmpty();
  }

  @Test
  void whatAppleRefusesIsTold() {
    var user = new UserId("refused");
    Device good = environment.phone("good");
    Device gone = environment.phone("gone");
    environment.give(user, good, gone);
    environment
        .production()
        .answer(gone.token(), Behaviour.rejects(410, "Unregistered", Instant.now()));

    JsonNode result = environment.call(user);

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
