package dev.ringpost.tools.trace;

import static dev.ringpost.tools.trace.RecordedCall.APNS_ID;
import static dev.ringpost.tools.trace.RecordedCall.DIGEST;
import static dev.ringpost.tools.trace.RecordedCall.NOON;
import static dev.ringpost.tools.trace.RecordedCall.TOKEN;
import static dev.ringpost.tools.trace.RecordedCall.device;
import static dev.ringpost.tools.trace.RecordedCall.devices;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.CallPlatform;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The facts that Apple's support is told of pushes, with and without their tokens. */
@Timeout(10)
class SupportFactsTest {

  private static final Duration SOON = Duration.ofMillis(85);
  private static final UserId ALICE = new UserId("alice");
  private static final VoipToken OTHER = VoipToken.parse("11ee11ee");
  private static final String ACCEPTED = devices(device("accepted", ",\"status\":200"));

  private final SupportFacts pushed =
      new RecordedCall().invite().result(SOON, "accepted", ACCEPTED).report().forApple();

  @Test
  void aPersonReadsTheFactsInTheOrderInWhichAppleAsks() {
    assertThat(pushed.text())
        .containsExactly(
            "apns-id:         " + APNS_ID,
            "sent:            between 2026-11-24T12:00:00.042Z and 2026-11-24T12:00:00.085Z (UTC)",
            "answer:          200",
            "apns-topic:      com.example.phone.voip",
            "bundle id:       com.example.phone",
            "apns-push-type:  voip, priority 10",
            "expiration:      "
                + NOON.plusSeconds(30).getEpochSecond()
                + ", 2026-11-24T12:00:30.000Z; 0 if apns.expiration is zero",
            "environment:     production",
            "token, SHA-256:  " + DIGEST + "... (first 12 digits)");
  }

  /** All are pushed at once, and the verdict waits for the slowest. */
  @Test
  void whatWasAnsweredBeforeTheOthersWasNotSentLate() {
    String both =
        devices(
            device("accepted", ",\"status\":200"),
            device("no_answer", "")
                .replace("iphone-1", "ipad-1")
                .replace("\"millis\":43", "\"millis\":4000"));
    SupportFacts facts =
        new RecordedCall()
            .invite()
            .result(Duration.ofMillis(4050), "accepted", both)
            .report()
            .forApple();

    assertThat(facts.text())
        .contains(
            "sent:            between 2026-11-24T12:00:00.050Z and 2026-11-24T12:00:04.050Z (UTC)");
  }

  @Test
  void aMachineReadsTheSame() {
    String expected =
        """
        [{"invite":"call-invites-3@1017","apnsId":"%s",
          "sentAfter":"2026-11-24T12:00:00.042Z","sentBefore":"2026-11-24T12:00:00.085Z",
          "tries":1,"outcome":"accepted","status":200,
          "apnsTopic":"com.example.phone.voip","bundleId":"com.example.phone",
          "pushType":"voip","priority":10,"expiresAt":"2026-11-24T12:00:30.000Z",
          "environment":"production","tokenDigest":"%s"}]
        """
            .formatted(APNS_ID, DIGEST);

    assertThat(CallPlatform.json(pushed.json())).isEqualTo(CallPlatform.json(expected));
  }

  @Test
  void aRefusalHasItsReasonAndEachTryItsOwnFacts() {
    String refused =
        devices(
            device("throttled", ",\"status\":429,\"reason\":\"TooManyRequests\""),
            device("no_answer", "").replace("\"tries\":1", "\"tries\":2"));
    SupportFacts facts =
        new RecordedCall()
            .invite()
            .result(SOON, 1, false, "retrying", refused)
            .result(Duration.ofSeconds(2), 2, true, "accepted", ACCEPTED)
            .report()
            .forApple();

    assertThat(String.join("\n", facts.text()))
        .contains("answer:          429 TooManyRequests\n")
        .contains(" (UTC), 2 times with the same apns-id\nanswer:          none (no_answer)\n")
        .contains("\n\napns-id:");
    JsonNode json = CallPlatform.json(facts.json());
    assertThat(json.findValuesAsText("outcome"))
        .containsExactly("throttled", "no_answer", "accepted");
    assertThat(json.at("/0/reason").asText()).isEqualTo("TooManyRequests");
    assertThat(json.at("/1/tries").asInt()).isEqualTo(2);
    assertThat(json.at("/1").has("status")).isFalse();
  }

  @Test
  void whatWasNeverWrittenIsNotTold() {
    String untried = devices(device("route_down", "").replace("\"tries\":1", "\"tries\":0"));
    SupportFacts facts =
        new RecordedCall().invite().result(SOON, "failed", untried).report().forApple();

    assertThat(facts.text())
        .containsExactly("No push of this call was written to APNs in that stretch of time.");
    assertThat(facts.json()).isEqualTo("[]");
    assertThat(facts.users()).isEmpty();
  }

  @Test
  void aTokenIsShownIfItIsStillTheOneThatWasPushed() {
    assertThat(pushed.users()).containsExactly(ALICE);
    SupportFacts revealed = pushed.revealing(Map.of(ALICE, List.of(phone(TOKEN))));

    assertThat(revealed.text()).endsWith("token:           00ff00ff");
    assertThat(CallPlatform.json(revealed.json()).at("/0/token").asText()).isEqualTo("00ff00ff");
    assertThat(pushed.json()).doesNotContain("00ff00ff", "tokenNotShown");
  }

  @Test
  void aTokenThatWasReplacedIsNotShown() {
    SupportFacts revealed = pushed.revealing(Map.of(ALICE, List.of(phone(OTHER))));

    String why = "the registration has changed: the device has the token %s now";
    assertThat(revealed.text())
        .endsWith("token:           not shown: " + why.formatted(OTHER.digest()));
    JsonNode facts = CallPlatform.json(revealed.json());
    assertThat(facts.at("/0/tokenNotShown").asText()).isEqualTo(why.formatted(OTHER.digest()));
    assertThat(facts.toString()).doesNotContain(OTHER.hex(), "\"token\":");
  }

  /** The same digest under another key, or of ordinary notifications, says nothing. */
  @Test
  void onlyTheRegistrationOfThePushedDeviceForCallsCounts() {
    var ordinary =
        new Device(
            new DeviceId("iphone-1"),
            TOKEN,
            new BundleId("com.example.phone"),
            Environment.PRODUCTION,
            NOON,
            Optional.empty(),
            DeviceKey.Kind.ALERT);
    var tablet =
        new Device(
            new DeviceId("ipad-1"),
            TOKEN,
            new BundleId("com.example.phone"),
            Environment.PRODUCTION,
            NOON);

    for (Map<UserId, List<Device>> registered :
        List.of(
            Map.of(ALICE, List.of(ordinary, tablet)),
            Map.of(new UserId("bob"), List.of(phone(TOKEN))))) {
      SupportFacts revealed = pushed.revealing(registered);
      assertThat(CallPlatform.json(revealed.json()).at("/0/tokenNotShown").asText())
          .isEqualTo("the device is not registered now, or its record cannot be read");
      assertThat(revealed.json()).doesNotContain(TOKEN.hex());
    }
  }

  /** Results may name callees by digests. */
  @Test
  void withoutTheInviteNobodyIsLookedUp() {
    SupportFacts facts = new RecordedCall().result(SOON, "accepted", ACCEPTED).report().forApple();

    assertThat(facts.users()).isEmpty();
    assertThat(facts.revealing(Map.of()).text().getLast())
        .startsWith("token:           not shown: the invite, which names the callee, is not among")
        .contains("--around", "--window");
  }

  private static Device phone(VoipToken token) {
    return new Device(
        new DeviceId("iphone-1"),
        token,
        new BundleId("com.example.phone"),
        Environment.PRODUCTION,
        NOON);
  }
}
