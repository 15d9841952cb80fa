package dev.ringpost.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.DeliveryReport.Looked;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.RetryLadder;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.testing.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultJsonTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void aResultSaysAllThatTheContractPromises() throws IOException {
    JsonNode result =
        result(
            CalleeAs.PLAIN,
            Samples.invited(),
            Verdict.ACCEPTED,
            Samples.accepted(Samples.device("phone")),
            Samples.unanswered(
                Samples.device("tablet"), new PushOutcome.NotSent(PushOutcome.NotSentReason.LATE)));

    assertThat(result)
        .isEqualTo(
            MAPPER.readTree(
                """
                {
                  "callId": "a84b4c76e66710@pc33.atlanta.example.com",
                  "callUuid": "1b6000c8-e180-547b-a426-33e503d15639",
                  "callee": "alice",
                  "invite": {"topic": "call-invites", "partition": 3, "offset": 42},
                  "attempt": 1,
                  "final": true,
                  "verdict": "accepted",
                  "suggest": "none",
                  "looked": {"registered": 2, "dead": 0, "otherApp": 0, "otherUser": 0, "unreadable": 0, "excluded": 0},
                  "devices": [
                    {
                      "deviceId": "phone",
                      "tokenDigest": "cf27d898d271",
                      "app": "com.example.phone",
                      "registeredEnvironment": "production",
                      "outcome": "accepted",
                      "apnsId": "f7a42fe7-211f-38ac-ba60-a285ac3a9e87",
                      "status": 200,
                      "connection": "production-1",
                      "tries": 1,
                      "millis": 50
                    },
                    {
                      "deviceId": "tablet",
                      "tokenDigest": "af35dc4e34e7",
                      "app": "com.example.phone",
                      "registeredEnvironment": "production",
                      "outcome": "late",
                      "apnsId": "c4e0ba54-2238-3082-817c-5f96ab121575",
                      "tries": 0,
                      "millis": 50
                    }
                  ],
                  "invitedAt": "2026-11-24T10:00:00.250Z",
                  "expiresAt": "2026-11-24T10:00:30.250Z",
                  "decidedAt": "2026-11-24T10:00:01.500Z"
                }
                """));
  }

  @Test
  void aRefusalIsToldInApplesWord() throws IOException {
    Device phone = Samples.device("phone");
    PushReport gone =
        Samples.answered(
            phone, new PushOutcome.Unregistered(Optional.of(Samples.NOW)), 410, "Unregistered");

    JsonNode device =
        result(CalleeAs.PLAIN, Samples.invited(), Verdict.ALL_DEAD, gone).at("/devices/0");

    assertThat(device.get("outcome").asText()).isEqualTo("token_gone");
    assertThat(device.get("status").asInt()).isEqualTo(410);
    assertThat(device.get("reason").asText()).isEqualTo("Unregistered");
  }

  @Test
  void theEnvironmentIsNamedOnlyIfTheTokenTurnedOutToBeOfTheOther() throws IOException {
    PushReport home = Samples.accepted(Samples.device("home"));
    PushReport moved = Samples.from(Environment.SANDBOX, Samples.accepted(Samples.device("moved")));

    JsonNode devices =
        result(CalleeAs.PLAIN, Samples.invited(), Verdict.ACCEPTED, home, moved).path("devices");

    assertThat(devices.get(0).has("environment")).isFalse();
    assertThat(devices.get(1).path("environment").asText()).isEqualTo("sandbox");
  }

  @Test
  void aTokenAppearsAsItsDigestOnly() throws IOException {
    Device phone = Samples.device("phone");
    JsonNode result =
        result(CalleeAs.PLAIN, Samples.invited(), Verdict.ACCEPTED, Samples.accepted(phone));

    assertThat(result.toString())
        .contains(phone.token().digest().value())
        .doesNotContainIgnoringCase(phone.token().hex());
  }

  @Test
  void theCalleeCanBeNamedByADigest() throws IOException {
    // printf %s alice | sha256sum
    assertThat(result(CalleeAs.DIGEST, Samples.invited(), Verdict.NO_DEVICES).get("callee"))
        .hasToString("\"2bd806c97f0e\"");
  }

  @Test
  void everyVerdictCarriesWhatItSuggests() throws IOException {
    for (Verdict verdict : Verdict.values()) {
      JsonNode result = result(CalleeAs.PLAIN, Samples.invited(), verdict);
      assertThat(result.get("verdict").asText()).isEqualTo(verdict.wire());
      assertThat(result.get("suggest").asText()).isEqualTo(verdict.suggest().wire());
    }
  }

  @Test
  void theAttemptIsNamed() throws IOException {
    var third =
        new Arrival.Invited(
            Samples.envelope(),
            new Attempt(Samples.invite(), 3, Optional.empty(), 0, Optional.empty()));
    assertThat(result(CalleeAs.PLAIN, third, Verdict.FAILED).get("attempt").asInt()).isEqualTo(3);
  }

  @Test
  void ofARecordThatCouldNotBeReadOnlyWhatIsKnownIsTold() throws IOException {
    var flaw = new Flaw(DeadLetterReason.MISSING_FIELD, "callee is missing");
    Arrival malformed = Samples.malformed(flaw, Optional.of(Samples.CALL));

    var decision =
        new Decision(
            malformed,
            DeliveryReport.nothing(),
            new Disposition.DeadLetter(flaw),
            Samples.NOW.plusNanos(1_250_999_999));

    assertThat(result(CalleeAs.PLAIN, Verdict.FAILED, decision))
        .isEqualTo(
            MAPPER.readTree(
                """
                {
                  "callId": "a84b4c76e66710@pc33.atlanta.example.com",
                  "invite": {"topic": "call-invites", "partition": 3, "offset": 42},
                  "attempt": 1,
                  "final": true,
                  "verdict": "failed",
                  "suggest": "voicemail",
                  "reason": "missing_field",
                  "detail": "callee is missing",
                  "devices": [],
                  "decidedAt": "2026-11-24T10:00:01.500Z"
                }
                """));
  }

  @Test
  void anAllDeadResultNamesWhatIsDeadAndSinceWhen() throws IOException {
    Decision decision =
        settlement(Samples.invited(), Verdict.ALL_DEAD, Samples.report(List.of(), 0, 21, false));

    JsonNode result = result(CalleeAs.PLAIN, Verdict.ALL_DEAD, decision);

    assertThat(result.at("/looked/registered").asInt()).isEqualTo(21);
    assertThat(result.at("/looked/dead").asInt()).isEqualTo(21);
    assertThat(result.get("deadDevices")).hasSize(Looked.MAX_DEAD);
    assertThat(result.at("/deadDevices/0"))
        .isEqualTo(
            MAPPER.readTree(
                """
                {"deviceId": "dead-0", "tokenDigest": "%s", "app": "com.example.phone",
                 "registeredEnvironment": "production", "since": "2026-11-24T09:59:00.250Z"}
                """
                    .formatted(Samples.device("dead-0").token().digest().value())));
  }

  @Test
  void aNoRouteNamesTheAppAndTheEnvironmentThatHaveNone() throws IOException {
    PushReport push =
        Samples.unanswered(
            Samples.device("phone"),
            new PushOutcome.Refused(PushOutcome.RejectionReason.NO_ROUTE, "no credential for it"));

    JsonNode result = result(CalleeAs.PLAIN, Samples.invited(), Verdict.FAILED, push);

    assertThat(result.at("/devices/0/app").asText()).isEqualTo("com.example.phone");
    assertThat(result.at("/devices/0/registeredEnvironment").asText()).isEqualTo("production");
    assertThat(result.at("/devices/0/detail").asText()).isEqualTo("no credential for it");
    assertThat(result.get("reason").asText()).isEqualTo("no_route");
    assertThat(result.get("detail").asText()).isEqualTo("no credential for it");
  }

  @Test
  void aRetryThatKafkaWillNeverTakeSaysSo() throws IOException {
    var retry =
        new Disposition.Retry(
            Attempt.first(Samples.invite()).next(Optional.empty(), 0),
            new RetryLadder.Next(1, Samples.NOW));
    var decision =
        new Decision(
            Samples.invited(), Samples.pushes(), retry, List.of(), Samples.NOW, Samples.NOW);

    assertThat(result(CalleeAs.PLAIN, Verdict.FAILED, decision).get("reason").asText())
        .isEqualTo("retry_not_stored");
    assertThat(result(CalleeAs.PLAIN, Verdict.RETRYING, decision).has("reason")).isFalse();
  }

  @Test
  void namesOfAnyScriptAreWrittenAsUtf8() throws IOException {
    JsonNode result =
        result(
            CalleeAs.PLAIN,
            Samples.invited(),
            Verdict.ACCEPTED,
            Samples.accepted(Samples.device("Телефон \"☎\" 😀")));
    assertThat(result.at("/devices/0/deviceId").asText()).isEqualTo("Телефон \"☎\" 😀");
  }

  @Test
  void aDeafDeviceIsNamedAsSuchAndNoOther() throws IOException {
    JsonNode result =
        result(
            CalleeAs.PLAIN,
            Samples.invited(),
            Verdict.ACCEPTED,
            Samples.accepted(Samples.device("deaf")),
            Samples.accepted(Samples.device("hears")));

    assertThat(result.at("/devices/0/deaf").asBoolean()).isTrue();
    assertThat(result.at("/devices/1").has("deaf")).isFalse();
  }

  private static JsonNode result(
      CalleeAs callee, Arrival arrival, Verdict verdict, PushReport... pushes) throws IOException {
    return result(callee, verdict, settlement(arrival, verdict, Samples.pushes(pushes)));
  }

  private static Decision settlement(Arrival arrival, Verdict verdict, DeliveryReport report) {
    return new Decision(
        arrival, report, new Disposition.Final(verdict), Samples.NOW.plusNanos(1_250_999_999));
  }

  private static JsonNode result(CalleeAs callee, Verdict verdict, Decision decision)
      throws IOException {
    Arrival arrival = decision.arrival();
    byte[] json =
        new ResultJson(callee, (_, device) -> device.id().value().equals("deaf"))
            .of(
                ResultJson.addressee(arrival).orElseThrow(),
                verdict,
                arrival instanceof Arrival.Invited(_, Attempt read) ? read.number() : 1,
                true,
                decision);
    return MAPPER.readTree(new String(json, StandardCharsets.UTF_8));
  }
}
