package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.Device;
import dev.ringpost.call.NameBasedUuid;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.apns.ReceivedPush;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One call from the invite to the phone and back to the call server, with every header and field
 * that others rely on. The words of {@code docs/events.md}, executed.
 */
final class ShortJourney {

  private static final UserId ALICE = new UserId("alice");

  private final CallEnvironment environment;

  ShortJourney(CallEnvironment environment) {
    this.environment = environment;
  }

  /** Registers Alice's phone, calls her, and compares all that comes of it. */
  void rings() {
    Device phone = environment.phone("iphone-1");
    environment.give(ALICE, phone);
    CallId callId = environment.freshCall();

    Origin invite =
        environment
            .platform()
            .publish(
                ALICE.value(),
                """
                {"callId": "%s", "callee": "alice", "media": "video", "ringSeconds": 45.5,
                 "caller": {"uri": "sip:bob@example.com", "name": "Bob\u202e \\u0007the Builder"},
                 "custom": {"room": {"id": 7}, "aps": {"alert": "no"}, "call": 1, "tenant": "t-1"},
                 "somethingNew": true}\
                """
                    .formatted(callId.value()));
    JsonNode result = environment.resultOf(invite);

    List<ReceivedPush> pushes = environment.pushesOf(result);
    assertThat(pushes).hasSize(1);
    ReceivedPush push = pushes.getFirst();
    Instant expiresAt = invite.timestamp().plus(Duration.ofMillis(45_500));
    headersAreApples(push, callId, phone, expiresAt);
    payloadIsTheApps(push, callId, invite, expiresAt);
    resultTellsAll(result, callId, phone, invite, expiresAt);
    List<ConsumerRecord<byte[], byte[]>> records = environment.platform().resultRecords(invite);
    assertThat(records).hasSize(1);
    assertThat(records.getFirst().key()).isEqualTo(callId.value().getBytes(UTF_8));
  }

  private static void headersAreApples(
      ReceivedPush push, CallId callId, Device phone, Instant expiresAt) {
    assertThat(push.header(":method")).isEqualTo("POST");
    assertThat(push.header(":path")).isEqualTo("/3/device/" + phone.token().hex());
    assertThat(push.header("apns-push-type")).isEqualTo("voip");
    assertThat(push.header("apns-topic")).isEqualTo("com.example.phone.voip");
    assertThat(push.header("apns-priority")).isEqualTo("10");
    assertThat(push.header("apns-expiration")).isEqualTo(Long.toString(expiresAt.getEpochSecond()));
    assertThat(push.header("apns-id")).isEqualTo(apnsId(callId, phone));
    assertThat(push.header("authorization")).startsWith("bearer ");
    assertThat(push.headers()).doesNotContainKey("apns-collapse-id");
  }

  private static void payloadIsTheApps(
      ReceivedPush push, CallId callId, Origin invite, Instant expiresAt) {
    JsonNode payload = push.json();
    assertThat(names(payload)).containsExactly("room", "tenant", "aps", "call");
    Instant sentAt = Instant.parse(payload.at("/call/sentAt").asText());
    assertThat(sentAt).isBetween(invite.timestamp(), push.arrivedAt());
    ((ObjectNode) payload.path("call")).remove("sentAt");
    assertThat(payload)
        .isEqualTo(
            CallPlatform.json(
                """
                {"room": {"id": 7}, "tenant": "t-1", "aps": {},
                 "call": {"id": "%s", "uuid": "%s",
                          "caller": {"uri": "sip:bob@example.com", "name": "Bob the Builder"},
                          "video": true, "invitedAt": "%s", "expiresAt": "%s", "attempt": 1}}\
                """
                    .formatted(
                        callId.value(),
                        CallUuid.from(callId),
                        withMillis(invite.timestamp()),
                        withMillis(expiresAt))));
  }

  private static void resultTellsAll(
      JsonNode result, CallId callId, Device phone, Origin invite, Instant expiresAt) {
    assertThat(names(result))
        .containsExactly(
            "callId",
            "callUuid",
            "callee",
            "invite",
            "attempt",
            "final",
            "verdict",
            "suggest",
            "looked",
            "devices",
            "invitedAt",
            "expiresAt",
            "decidedAt");
    assertThat(result.path("callId").asText()).isEqualTo(callId.value());
    assertThat(result.path("callUuid").asText()).isEqualTo(CallUuid.from(callId).toString());
    assertThat(result.path("callee").asText()).isEqualTo(ALICE.value());
    assertThat(result.path("attempt").asInt()).isEqualTo(1);
    assertThat(result.path("final").asBoolean()).isTrue();
    assertThat(result.path("verdict").asText()).isEqualTo("accepted");
    assertThat(result.path("suggest").asText()).isEqualTo("none");
    assertThat(time(result, "invitedAt")).isEqualTo(invite.timestamp());
    assertThat(time(result, "expiresAt")).isEqualTo(expiresAt);
    assertThat(time(result, "decidedAt")).isBetween(invite.timestamp(), Instant.now());

    assertThat(result.path("devices")).hasSize(1);
    JsonNode device = result.at("/devices/0");
    assertThat(names(device))
        .containsExactly(
            "deviceId",
            "tokenDigest",
            "app",
            "registeredEnvironment",
            "outcome",
            "apnsId",
            "status",
            "connection",
            "tries",
            "millis");
    assertThat(device.path("deviceId").asText()).isEqualTo(phone.id().value());
    assertThat(device.path("tokenDigest").asText()).isEqualTo(phone.token().digest().value());
    assertThat(device.path("outcome").asText()).isEqualTo("accepted");
    assertThat(device.path("apnsId").asText()).isEqualTo(apnsId(callId, phone));
    assertThat(device.path("status").asInt()).isEqualTo(200);
    assertThat(device.path("connection").asText()).isNotEmpty();
    assertThat(device.path("tries").asInt()).isEqualTo(1);
    long whole = Duration.between(invite.timestamp(), time(result, "decidedAt")).toMillis();
    assertThat(device.path("millis").asLong()).isCloseTo(whole / 2, within(whole / 2 + 2));
  }

  private static String apnsId(CallId callId, Device phone) {
    String name = String.join("\0", ALICE.value(), phone.id().value(), phone.app().value());
    return NameBasedUuid.of(CallUuid.from(callId).value(), name).toString();
  }

  private static Instant time(JsonNode result, String field) {
    return Instant.parse(result.path(field).asText());
  }

  /** RFC 3339 with milliseconds, also where they are zero. */
  private static String withMillis(Instant time) {
    String text = time.truncatedTo(ChronoUnit.MILLIS).toString();
    return text.contains(".") ? text : text.replace("Z", ".000Z");
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
