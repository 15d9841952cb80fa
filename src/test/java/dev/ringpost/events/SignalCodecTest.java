package dev.ringpost.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.UserId;
import dev.ringpost.events.cloud.ContentMode;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalCodecTest {

  private static final Instant APPENDED = Instant.parse("2026-11-24T04:00:00Z");

  private static Signal read(@Nullable String value) throws UnusableRecordException {
    return SignalCodec.decode(
        value == null ? null : value.getBytes(UTF_8), ContentMode.DATA, APPENDED);
  }

  private static UnusableReason skipped(@Nullable String value) {
    UnusableRecordException skipped =
        catchThrowableOfType(UnusableRecordException.class, () -> read(value));
    assertThat(skipped).as(value).isNotNull();
    assertThat(skipped.unusable().detail()).doesNotContain("secret");
    return skipped.unusable().reason();
  }

  @Test
  void readsAllFieldsAndPassesOverOthers() throws Exception {
    Signal signal =
        read(
            """
            {"callId": "call", "callee": "alice", "type": "ringing", "deviceId": "phone",
             "at": "2026-11-24T03:59:59.5Z", "reason": {"q": [850]}}
            """);

    assertThat(signal)
        .isEqualTo(
            new Signal(
                new CallId("call"),
                Optional.of(new UserId("alice")),
                SignalType.RINGING,
                Optional.of(new DeviceId("phone")),
                Instant.parse("2026-11-24T03:59:59.5Z")));
  }

  @ParameterizedTest
  @EnumSource(names = "RINGING", mode = EnumSource.Mode.EXCLUDE)
  void anEndNeedsNoMoreThanItsCall(SignalType type) throws Exception {
    assertThat(read("{\"callId\": \"call\", \"type\": \"" + type.wire() + "\"}"))
        .isEqualTo(
            new Signal(new CallId("call"), Optional.empty(), type, Optional.empty(), APPENDED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1795492799.5", "1795492799500", "\"1795492799.5\"", "1.7954927995E9"})
  void theTimeMayBeANumberWithAFraction(String number) throws Exception {
    Signal signal =
        read("{\"callId\": \"call\", \"type\": \"ended\", \"at\": %s}".formatted(number));

    assertThat(signal.at()).isEqualTo(Instant.parse("2026-11-24T03:59:59.5Z"));
  }

  @Test
  void theRecordsTimestampIsTheLatestTime() throws Exception {
    Signal signal =
        read(
            """
            {"callId": "call", "type": "ended", "at": "2026-11-24T04:00:00.001Z"}
            """);

    assertThat(signal.at()).isEqualTo(APPENDED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\": \"ended\"} | MISSING_FIELD",
        "{\"callId\": \"call\"} | MISSING_FIELD",
        "{\"callId\": \"call\", \"type\": \"ringing\"} | MISSING_FIELD",
        "{\"callId\": \"call\", \"type\": \"secret\"} | UNKNOWN_TYPE",
        "{\"callId\": \"call\", \"type\": \"Ended\"} | UNKNOWN_TYPE",
        "{\"callId\": \"\", \"type\": \"ended\"} | INVALID_FIELD",
        "{\"callId\": 7, \"type\": \"ended\"} | INVALID_FIELD",
        "{\"callId\": \"call\", \"callee\": \"\", \"type\": \"ended\"} | INVALID_FIELD",
        "{\"callId\": \"call\", \"callee\": {}, \"type\": \"ended\"} | INVALID_FIELD",
        "{\"callId\": \"call\", \"type\": \"ringing\", \"deviceId\": \"\"} | INVALID_FIELD",
        "{\"callId\": \"call\", \"type\": \"ended\", \"at\": \"secret\"} | INVALID_FIELD",
        "secret | NOT_JSON",
        "[] | NOT_JSON",
        " | NO_VALUE",
      })
  void saysWhyARecordIsNoSignalWithoutQuotingIt(@Nullable String value, UnusableReason reason) {
    assertThat(skipped(value)).isEqualTo(reason);
  }

  @Test
  void aStructuredCloudEventIsReadAsItsData() throws Exception {
    String event =
        """
        {"specversion": "1.0", "type": "com.example.hangup", "source": "/sip", "id": "7",
         "subject": "call", "time": "2026-11-24T03:59:59Z",
         "data": {"callId": "call", "type": "cancelled"}}
        """;

    assertThat(read(event))
        .isEqualTo(
            new Signal(
                new CallId("call"),
                Optional.empty(),
                SignalType.CANCELLED,
                Optional.empty(),
                APPENDED));
  }

  @Test
  void aFieldThatAnEndDoesNotNeedCannotCostIt() throws Exception {
    Signal signal =
        read(
            "{\"callId\": \"call\", \"type\": \"cancelled\", \"deviceId\": \"\", \"at\":"
                + " 1795489200}");

    assertThat(signal.at()).isEqualTo(Instant.parse("2026-11-24T03:00:00Z"));
    assertThat(signal.device()).isEmpty();
  }
}
