package dev.ringpost.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.Caller;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Media;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.call.UserId;
import dev.ringpost.intake.InviteOddities;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.Recorded;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InviteDecoderTest {

  private static final Instant NOW = Instant.parse("2026-11-24T09:00:10Z");
  private static final Instant APPENDED = Instant.parse("2026-11-24T09:00:09Z");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final InviteDecoder decoder =
      new InviteDecoder(
          new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
          new InviteOddities(new IntakeMeters(new Telemetry(registry), "invites")));

  @Test
  void theSmallestInviteRingsWithDefaults() {
    CallInvite invite =
        invite("{\"callId\":\"a\",\"callee\":\"bo\",\"caller\":{\"uri\":\"sip:x\"}}");

    assertThat(invite.callId()).isEqualTo(new CallId("a"));
    assertThat(invite.callUuid()).isEqualTo(CallUuid.from(new CallId("a")));
    assertThat(invite.callee()).isEqualTo(new UserId("bo"));
    assertThat(invite.caller()).isEqualTo(new Caller("sip:x", Optional.empty()));
    assertThat(invite.media()).isEqualTo(Media.AUDIO);
    assertThat(invite.invitedAt()).isEqualTo(APPENDED);
    assertThat(invite.deadline().at()).isEqualTo(APPENDED.plusSeconds(30));
    assertThat(invite.app()).isEmpty();
    assertThat(invite.excludeDevices()).isEmpty();
    assertThat(invite.custom().fields()).isEmpty();
  }

  @Test
  void everyFieldIsRead() {
    CallInvite invite =
        invite(
            """
            {"callId": "a84b4c76e66710@pc33", "callUuid": "0B9C6F57-9F3E-5C43-8F2B-6F6F1F0A9C11",
             "callee": "alice", "caller": {"uri": "sip:bob@example.com", "name": "Bob"},
             "media": "video", "invitedAt": "2026-11-24T10:00:05+01:00",
             "expiresAt": "2026-11-24T09:00:40.5Z", "app": "com.example.phone",
             "excludeDevices": ["d1", "d2"], "custom": {"room": "7", "price": 1.10, "aps": {}, "call": 1},
             "somethingNew": [1, 2]}
            """);

    assertThat(invite.callUuid().value())
        .isEqualTo(UUID.fromString("0b9c6f57-9f3e-5c43-8f2b-6f6f1f0a9c11"));
    assertThat(invite.caller()).isEqualTo(new Caller("sip:bob@example.com", Optional.of("Bob")));
    assertThat(invite.media()).isEqualTo(Media.VIDEO);
    assertThat(invite.invitedAt()).isEqualTo(Instant.parse("2026-11-24T09:00:05Z"));
    assertThat(invite.deadline().at()).isEqualTo(Instant.parse("2026-11-24T09:00:40.500Z"));
    assertThat(invite.app()).hasValue(new BundleId("com.example.phone"));
    assertThat(invite.excludeDevices())
        .containsExactlyInAnyOrder(new DeviceId("d1"), new DeviceId("d2"));
    assertThat(invite.custom().fields())
        .isEqualTo(Map.of("room", "7", "price", new BigDecimal("1.10")));
    assertThat(registry.get("ringpost.invites.custom.dropped").counter().count()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"ringSeconds\":10', 2026-11-24T09:00:19Z",
    "'\"ringSeconds\":0.5', 2026-11-24T09:00:09.500Z",
    "'\"ringSeconds\":1e300', 2026-11-24T09:02:09Z",
    "'\"ringSeconds\":null', 2026-11-24T09:00:39Z",
    "'\"expiresAt\":\"2026-11-24T09:00:20z\",\"ringSeconds\":90', 2026-11-24T09:00:20Z",
    "'\"expiresAt\":\"2027-01-01T00:00:00Z\"', 2026-11-24T09:02:10Z",
    "'\"expiresAt\":\"2026-11-24T08:00:00Z\"', 2026-11-24T08:00:00Z",
    "'\"invitedAt\":\"2026-11-24T10:00:00Z\"', 2026-11-24T09:00:39Z",
    "'\"invitedAt\":\"2026-11-24T09:00:00Z\"', 2026-11-24T09:00:30Z"
  })
  void theDeadlineIsAtMostTheLongestRingAheadOfTheFirstReading(String field, Instant deadline) {
    assertThat(invite(minimalWith(field)).deadline().at()).isEqualTo(deadline);
  }

  @Test
  void aTimeAheadOfNowCountsAsNow() {
    assertThat(invite(minimalWith("\"invitedAt\":\"2026-11-24T09:00:11Z\"")).invitedAt())
        .isEqualTo(NOW);
  }

  /** An end that is told between two readings is that of this attempt at each. */
  @ParameterizedTest
  @ValueSource(longs = {0, 5, 60})
  void theTimeOfAFastClockIsTheRecordsAtEachReading(long later) {
    byte[] value = bytes(minimalWith("\"invitedAt\":\"2026-11-24T09:00:30Z\""));
    var record = new Envelope(new Origin("call-invites", 3, 77, APPENDED), null, value, List.of());

    assertThat(decoder.decode(record, NOW.plusSeconds(later)))
        .isInstanceOfSatisfying(
            Arrival.Invited.class,
            read -> assertThat(read.attempt().invite().invitedAt()).isEqualTo(APPENDED));
  }

  @Test
  void aTimeThatNoDelayExplainsCountsAsClockSkew() {
    invite(minimalWith("\"invitedAt\":\"2026-11-24T09:00:11Z\""));
    assertThat(clockSkewed()).isZero();

    invite(minimalWith("\"invitedAt\":\"2026-11-24T09:00:11.001Z\""));
    assertThat(clockSkewed()).isEqualTo(1);

    Instant early = APPENDED.minus(InviteDecoder.CLOCK_SKEW).minusSeconds(1);
    byte[] value = bytes(minimalWith("\"media\":\"audio\""));
    var origin = new Origin("call-invites", 3, 77, APPENDED);
    decoder.decode(new Envelope(origin, null, value, List.of()), early);
    assertThat(clockSkewed()).isEqualTo(2);
  }

  /** Ahead it is not believed; behind, its calls are over when they come. */
  @Test
  void aCallServersClockMayBeADayOff() {
    CallInvite ahead =
        invite(
            minimalWith(
                "\"invitedAt\":\"2026-11-25T09:00:09Z\",\"expiresAt\":\"2026-11-25T09:00:39Z\""));
    assertThat(ahead.invitedAt()).isEqualTo(APPENDED);
    assertThat(ahead.deadline().at()).isEqualTo(NOW.plusSeconds(120));
    assertThat(clockSkewed()).isEqualTo(1);

    CallInvite behind = invite(minimalWith("\"invitedAt\":\"2026-11-23T09:00:09Z\""));
    assertThat(behind.deadline().at()).isEqualTo("2026-11-23T09:00:39Z");
    assertThat(clockSkewed()).isEqualTo(1);
  }

  private double clockSkewed() {
    return registry.get("ringpost.invites.clock.skew").tag("clock", "ahead").counter().count();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1]                                              | NOT_JSON      | object",
        "{\"callId\":                                     | NOT_JSON      | line 1",
        "{\"callId\":\"a\",\"callId\":\"b\"}              | NOT_JSON      | line 1",
        "{\"callId\":\"a\",\"callee\":\"b\",\"caller\":{\"uri\":\"s\",\"uri\":\"t\"}} | NOT_JSON |"
            + " line 1",
        "{} {}                                            | NOT_JSON      | line 1",
        "{\"callee\":\"b\",\"caller\":{\"uri\":\"s\"}}    | MISSING_FIELD | callId",
        "{\"callId\":\"a\",\"caller\":{\"uri\":\"s\"}}    | MISSING_FIELD | callee",
        "{\"callId\":\"a\",\"callee\":\"b\"}              | MISSING_FIELD | caller",
        "{\"callId\":\"a\",\"callee\":\"b\",\"caller\":{}} | MISSING_FIELD | caller.uri",
        "{\"callId\":\"a\",\"callee\":null,\"caller\":{\"uri\":\"s\"}} | MISSING_FIELD | callee",
        "{\"callId\":7,\"callee\":\"b\",\"caller\":{\"uri\":\"s\"}}  | INVALID_FIELD | callId must"
            + " be a string",
        "{\"callId\":\"\",\"callee\":\"b\",\"caller\":{\"uri\":\"s\"}} | INVALID_FIELD | callId"
            + " must have 1 to 256",
        "{\"callId\":\"a\",\"callee\":\"b\",\"caller\":\"s\"}        | INVALID_FIELD | caller must"
            + " be an object",
        "{\"specversion\":\"1.0\",\"id\":\"1\"}           | MISSING_FIELD | data",
        "{\"specversion\":\"1.0\",\"data_base64\":\"%%\"} | INVALID_FIELD | data_base64"
      })
  void aFlawNamesTheFieldAndTheFix(String value, DeadLetterReason reason, String words) {
    Arrival.Malformed malformed = malformed(value);
    assertThat(malformed.flaw().reason()).isEqualTo(reason);
    assertThat(malformed.flaw().detail()).contains(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"callUuid\":\"nonsense\"",
        "\"callUuid\":\"1-2-3-4-5\"",
        "\"invitedAt\":\"yesterday\"",
        "\"invitedAt\":\"2026-11-24T09:00:00\"",
        "\"expiresAt\":true",
        "\"expiresAt\":-5",
        "\"expiresAt\":1795511405000000",
        "\"ringSeconds\":-3",
        "\"ringSeconds\":\"half a minute\"",
        "\"excludeDevices\":\"d1\"",
        "\"excludeDevices\":[1]",
        "\"custom\":[1]",
        "\"custom\":{\"a\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}"
      })
  void anImpossibleOptionalFieldIsAFlawThatKnowsItsCall(String field) {
    Arrival.Malformed malformed = malformed(minimalWith(field));

    assertThat(malformed.flaw().reason()).isEqualTo(DeadLetterReason.INVALID_FIELD);
    assertThat(malformed.flaw().detail()).contains(field.substring(1, field.indexOf('"', 1)));
    assertThat(malformed.callId()).hasValue(new CallId("a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"media\":7",
        "\"media\":\"hologram\"",
        "\"custom\":null",
        "\"caller\":{\"uri\":\"s\",\"name\":7}",
        "\"custom\":{\"a\":[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]}"
      })
  void whatDoesNotMatterCostsNoCall(String field) {
    String minimal =
        field.contains("caller")
            ? "{\"callId\":\"a\",\"callee\":\"b\"," + field + "}"
            : minimalWith(field);
    assertThat(invite(minimal).callId()).isEqualTo(new CallId("a"));
  }

  @Test
  void anEmptyRecordAndAHugeOneAreFlaws() {
    assertThat(malformed((byte[]) null).flaw().reason()).isEqualTo(DeadLetterReason.EMPTY);
    assertThat(malformed(new byte[0]).flaw().reason()).isEqualTo(DeadLetterReason.EMPTY);
    assertThat(malformed(new byte[InviteDecoder.MAX_VALUE_BYTES + 1]).flaw().reason())
        .isEqualTo(DeadLetterReason.INVITE_TOO_LARGE);
    assertThat(malformed(new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe}).flaw().reason())
        .isEqualTo(DeadLetterReason.NOT_JSON);
  }

  @Test
  void whatTheJsonReaderItselfCannotStandIsAFlaw() {
    String deep = "[".repeat(100) + "]".repeat(100);
    String longNumber = "1".repeat(1_500);
    for (String field :
        List.of(
            "\"x\":" + deep,
            "\"x\":" + longNumber,
            "\"custom\":{\"x\":1e99999999999}",
            "\"" + "n".repeat(60_000) + "\":1")) {
      Arrival.Malformed malformed = malformed(minimalWith(field));
      assertThat(malformed.flaw().reason()).isEqualTo(DeadLetterReason.NOT_JSON);
      assertThat(malformed.flaw().detail()).doesNotContain("99999999");
    }
  }

  @Test
  void aFlawNeverQuotesTheValue() {
    Arrival.Malformed malformed = malformed("{\"callId\": \"a\", secret");
    assertThat(malformed.flaw().detail()).doesNotContain("secret");
    assertThat(malformed.toString()).doesNotContain("secret");
  }

  @Test
  void aCloudEventIsTakenInBothModes() {
    String data = minimalWith("\"media\":\"video\"");
    String base64 = Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8));
    var structured =
        new RecordHeader(
            "content-type",
            "application/cloudevents+json; charset=UTF-8".getBytes(StandardCharsets.UTF_8));
    var binary = new RecordHeader("ce_specversion", "1.0".getBytes(StandardCharsets.UTF_8));

    for (Arrival arrival :
        List.of(
            decode(
                bytes("{\"specversion\":\"1.0\",\"type\":\"t\",\"data\":" + data + "}"),
                structured),
            decode(bytes("{\"specversion\":\"1.0\",\"type\":\"t\",\"data\":" + data + "}")),
            decode(
                bytes("{\"specversion\":\"1.0\",\"data_base64\":\"" + base64 + "\"}"), structured),
            decode(bytes(data), binary))) {
      assertThat(arrival)
          .isInstanceOfSatisfying(
              Arrival.Invited.class,
              invited -> assertThat(invited.attempt().invite().media()).isEqualTo(Media.VIDEO));
    }
  }

  /** What the first reading made of it counts, however long the invite itself says. */
  @Test
  void aRetryRingsNoLongerThanItsFirstTry() {
    List<RecordHeader> headers =
        Recorded.lines("retry-headers-1.txt").stream()
            .map(line -> line.split("=", 2))
            .map(parts -> new RecordHeader(parts[0], bytes(parts[1])))
            .toList();
    var record =
        new Envelope(
            new Origin("call-invites.retry-1", 0, 1, APPENDED),
            null,
            bytes(minimalWith("\"ringSeconds\":90")),
            headers);

    assertThat(decoder.decodeRetry(record, Instant.parse("2026-11-24T10:00:01.250Z")))
        .isInstanceOfSatisfying(
            Arrival.Invited.class,
            invited ->
                assertThat(invited.attempt().invite().deadline().at())
                    .isEqualTo("2026-11-24T10:00:30.250Z"));
  }

  private CallInvite invite(String value) {
    Arrival arrival = decode(bytes(value));
    assertThat(arrival).isInstanceOf(Arrival.Invited.class);
    return ((Arrival.Invited) arrival).attempt().invite();
  }

  private Arrival.Malformed malformed(String value) {
    return malformed(bytes(value));
  }

  private Arrival.Malformed malformed(byte @Nullable [] value) {
    Arrival arrival = decode(value);
    assertThat(arrival).isInstanceOf(Arrival.Malformed.class);
    return (Arrival.Malformed) arrival;
  }

  private Arrival decode(byte @Nullable [] value, RecordHeader... headers) {
    var origin = new Origin("call-invites", 3, 77, APPENDED);
    return decoder.decode(new Envelope(origin, null, value, List.of(headers)), NOW);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String minimalWith(String field) {
    return "{\"callId\":\"a\",\"callee\":\"b\",\"caller\":{\"uri\":\"sip:x\"}," + field + "}";
  }
}
