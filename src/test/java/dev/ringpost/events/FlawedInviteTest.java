package dev.ringpost.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.Caller;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.intake.InviteOddities;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The flaws that an invite may have without costing its call, or at least not in silence. */
class FlawedInviteTest {

  private static final Instant NOW = Instant.parse("2026-11-24T09:00:10Z");
  private static final Instant APPENDED = Instant.parse("2026-11-24T09:00:09Z");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final InviteDecoder decoder =
      new InviteDecoder(
          new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
          new InviteOddities(new IntakeMeters(new Telemetry(registry), "invites")));

  @ParameterizedTest
  @CsvSource({
    "ringSeconds, '\"ringSeconds\":\"10\"', 2026-11-24T09:00:19Z",
    "ringSeconds, '\"ringSeconds\":0', 2026-11-24T09:00:39Z",
    "ringSeconds, '\"ringSeconds\":\"\"', 2026-11-24T09:00:39Z",
    "invitedAt, '\"invitedAt\":1795510805', 2026-11-24T09:00:35Z",
    "invitedAt, '\"invitedAt\":\"1795510805\"', 2026-11-24T09:00:35Z",
    "invitedAt, '\"invitedAt\":1795510805250', 2026-11-24T09:00:35.250Z",
    "invitedAt, '\"invitedAt\":1795510805.250', 2026-11-24T09:00:35.250Z",
    "invitedAt, '\"invitedAt\":\"\"', 2026-11-24T09:00:39Z",
    "invitedAt, '\"invitedAt\":0', 2026-11-24T09:00:39Z",
    "expiresAt, '\"expiresAt\":1795510820', 2026-11-24T09:00:20Z",
    "expiresAt, '\"expiresAt\":\"\"', 2026-11-24T09:00:39Z",
    "callUuid, '\"callUuid\":\"\"', 2026-11-24T09:00:39Z",
    "app, '\"app\":\"\"', 2026-11-24T09:00:39Z",
    "excludeDevices, '\"excludeDevices\":[\"\"]', 2026-11-24T09:00:39Z",
    "custom, '\"custom\":[]', 2026-11-24T09:00:39Z"
  })
  void anOptionalFieldCostsNoCallByItsKindAlone(String name, String field, Instant deadline) {
    CallInvite invite = invite(minimalWith(field));

    assertThat(invite.deadline().at()).isEqualTo(deadline);
    assertThat(invite.callUuid()).isEqualTo(CallUuid.from(new CallId("a")));
    assertThat(invite.app()).isEmpty();
    assertThat(oddFields(name)).isEqualTo(1);
  }

  @Test
  void whatIsAsPromisedIsNotOdd() {
    invite(minimalWith("\"ringSeconds\":10,\"excludeDevices\":[],\"callUuid\":null"));
    assertThat(
            registry.get("ringpost.invites.fields.odd").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum())
        .isZero();
  }

  @Test
  void aRingTimeThatDoesNotMatterIsNotLookedAt() {
    String field = "\"expiresAt\":\"2026-11-24T09:00:20Z\",\"ringSeconds\":-1";
    assertThat(invite(minimalWith(field)).deadline().at())
        .isEqualTo(Instant.parse("2026-11-24T09:00:20Z"));
  }

  @Test
  void anInviteWithoutATimeOfItsOwnIsCounted() {
    invite(minimalWith("\"invitedAt\":\"2026-11-24T09:00:05Z\""));
    assertThat(registry.get("ringpost.invites.without.time").counter().count()).isZero();
    invite(minimalWith("\"media\":\"audio\""));
    assertThat(registry.get("ringpost.invites.without.time").counter().count()).isEqualTo(1);
  }

  private double oddFields(String name) {
    return registry.get("ringpost.invites.fields.odd").tag("field", name).counter().count();
  }

  @Test
  void aByteThatIsNoUtf8CostsTheNameInWhichItStands() {
    CallInvite invite =
        invite(
            latin1(
                """
                {"callId": "a", "callee": "bo", "caller": {"uri": "sip:x", "name": "Müller"},
                 "custom": {"room": "7"}}
                """));

    assertThat(invite.caller()).isEqualTo(new Caller("sip:x", Optional.empty()));
    assertThat(invite.callee()).isEqualTo(new UserId("bo"));
    assertThat(invite.custom().fields()).isEqualTo(Map.of("room", "7"));
    assertThat(oddFields("caller.name")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"callId\":\"ä\",\"callee\":\"b\",\"caller\":{\"uri\":\"s\"}} | callId | ",
        "{\"callId\":\"a\",\"callee\":\"ä\",\"caller\":{\"uri\":\"s\"}} | callee | a",
        "{\"callId\":\"a\",\"callee\":\"b\",\"caller\":{\"uri\":\"ä\"}} | caller.uri | a",
        "{\"callId\":\"a\",\"callee\":\"b\",\"caller\":{\"uri\":\"s\"},\"app\":\"ä\"} | app | a"
      })
  void aByteThatIsNoUtf8MakesNoOtherIdOfAnId(String value, String field, @Nullable String told) {
    Arrival.Malformed malformed = malformed(latin1(value));

    assertThat(malformed.flaw().detail()).isEqualTo(field + " must be UTF-8");
    assertThat(malformed.callId()).isEqualTo(Optional.ofNullable(told).map(CallId::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "callId                | {'callId':'%1$s','callee':'b','caller':{'uri':'s'}}",
        "callee                | {'callId':'a','callee':'%1$s','caller':{'uri':'s'}}",
        "caller.uri            | {'callId':'a','callee':'b','caller':{'uri':'%1$s%1$s%1$s%1$s'}}",
        "app                   | {'callId':'a','callee':'b','caller':{'uri':'s'},'app':'%1$s'}",
        "excludeDevices[1]     | {'callId':'a','callee':'b','caller':{'uri':'s'},"
            + "'excludeDevices':['a','%1$s']}"
      })
  void whatIsTooLongIsNamedByItsPlaceInTheInvite(String field, String value) {
    Arrival.Malformed malformed = malformed(value.formatted("x".repeat(257)).replace('\'', '"'));

    assertThat(malformed.flaw().detail()).matches(Pattern.quote(field) + " must have 1 to .*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"callId\":\"a\",\"callee\":\"b\",\"caller\":{\"name\":\"Bob \"The\" B\"}}",
        "{\"custom\":{\"callId\":\"x\",\"l\":[{}]},\"callId\":\"a\",\"callee\":",
        "{\"specversion\":\"1.0\",\"data\":{\"callId\":\"a\",\"callee\":\"b \"c\"\"}}",
        "{\"data\":{\"callId\":\"x\"},\"callId\":\"a\",",
        "{\"callId\":\"a\",\"x\":1e99999999999,,",
        "{\"callId\":\"a\",\"callId\":\"a\"}"
      })
  void whatBreaksLaterStillKnowsItsCall(String value) {
    Arrival.Malformed malformed = malformed(value);

    assertThat(malformed.flaw().reason()).isEqualTo(DeadLetterReason.NOT_JSON);
    assertThat(malformed.callId()).hasValue(new CallId("a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"callId\":\"a\",\"callId\":\"b\"}",
        "{\"callId\":\"a",
        "{\"callee\":\"b \"c\"\",\"callId\":\"a\"}",
        "{\"custom\":{\"callId\":\"a\"},,",
        "{\"data\":{\"callId\":\"a\"},,",
        "{\"callId\":7,,",
        "{\"callId\":\"\",,",
        "[{\"callId\":\"a\"},,"
      })
  void aCallIdThatIsNotSurelyTheInvitesIsToldNobody(String value) {
    assertThat(malformed(value).callId()).isEmpty();
  }

  @Test
  void anInviteThatIsTooLargeStillKnowsItsCall() {
    String value = minimalWith("\"custom\":{\"x\":\"" + "x".repeat(70_000) + "\"}");

    assertThat(malformed(value).flaw().reason()).isEqualTo(DeadLetterReason.INVITE_TOO_LARGE);
    assertThat(malformed(value).callId()).hasValue(new CallId("a"));
  }

  private CallInvite invite(String value) {
    return invite(utf8(value));
  }

  private CallInvite invite(byte[] value) {
    Arrival arrival = decode(value);
    assertThat(arrival).isInstanceOf(Arrival.Invited.class);
    return ((Arrival.Invited) arrival).attempt().invite();
  }

  private Arrival.Malformed malformed(String value) {
    return malformed(utf8(value));
  }

  private Arrival.Malformed malformed(byte[] value) {
    Arrival arrival = decode(value);
    assertThat(arrival).isInstanceOf(Arrival.Malformed.class);
    return (Arrival.Malformed) arrival;
  }

  private Arrival decode(byte[] value) {
    var origin = new Origin("call-invites", 3, 77, APPENDED);
    return decoder.decode(new Envelope(origin, null, value, List.of()), NOW);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String minimalWith(String field) {
    return "{\"callId\":\"a\",\"callee\":\"b\",\"caller\":{\"uri\":\"sip:x\"}," + field + "}";
  }
}
