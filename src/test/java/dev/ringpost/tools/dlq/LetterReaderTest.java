package dev.ringpost.tools.dlq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.events.HeaderName;
import dev.ringpost.events.RingSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The reading of dead letters: what one says of its call, and what of it is shown. */
@Timeout(10)
class LetterReaderTest {

  private static final Instant ASKED = Instant.parse("2026-11-24T09:30:00Z");

  private static final LetterReader READER =
      new LetterReader(new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"));

  @Test
  void theDeadlineIsTheOneOfTheFirstReading() {
    Letter letter =
        letter(
            "{\"callId\": \"c1\", \"callee\": \"alice\", \"caller\": {\"uri\": \"sip:b@c.d\"},"
                + " \"app\": \"com.example.phone\"}",
            HeaderName.DEADLINE.with("2026-11-24T09:30:20Z"));

    assertThat(letter.until()).isEqualTo(ASKED.plusSeconds(20));
    assertThat(letter.call()).contains(new CallId("c1"));
    assertThat(letter.callee()).isEqualTo("alice");
    assertThat(letter.app()).isEqualTo("com.example.phone");
  }

  @Test
  void withoutADeadlineTheInviteSaysItOrTheLongestCallDoes() {
    assertThat(
            letter(
                    "{\"callId\": \"c1\", \"callee\": \"alice\", \"caller\": {\"uri\":"
                        + " \"sip:b@c.d\"}}")
                .until())
        .isEqualTo(ASKED.plusSeconds(30));
    Letter flawed =
        letter(
            "{\"callId\": \"c1\", \"callee\": \"alice\", \"caller\": {\"uri\": \"sip:b@c.d\"},"
                + " \"ringSeconds\": -3}");
    assertThat(flawed.until()).isEqualTo(ASKED.plusSeconds(120));
    assertThat(flawed.callee()).isEqualTo("alice");
    assertThat(letter("no JSON").callee()).isEmpty();
  }

  @Test
  void aRecordOfSomebodyElseIsNoLetter() {
    var origin = new Origin("call-invites.dlq", 0, 7, ASKED);
    assertThat(READER.read(new Envelope(origin, null, null, List.of()))).isEmpty();
  }

  @Test
  void filtersFitTogether() {
    Letter letter =
        letter("{\"callId\": \"c1\", \"callee\": \"alice\", \"caller\": {\"uri\": \"sip:b@c.d\"}}");

    assertThat(filter("not_json", "alice").fits(letter)).isTrue();
    assertThat(filter("not_json", "bob").fits(letter)).isFalse();
    assertThat(filter("empty", "alice").fits(letter)).isFalse();
  }

  @Test
  void aLineNamesNoCallerAndControlsNoTerminal() {
    Letter letter =
        letter(
            "{\"callId\": \"c1\", \"callee\": \"ali\\u001b[2Jce\", \"ringSeconds\": -3,"
                + " \"caller\": {\"name\": \"Bob\", \"uri\": \"sip:bob@example.com\"}}");

    assertThat(LetterList.line(letter))
        .isEqualTo("2026-11-24T09:30:05.000Z  0@7  not_json  c1  ali?[2Jce  words");
  }

  @Test
  void bytesThatAreNoPlainTextAreShownInBase64() {
    assertThat(PlainText.of("grün".getBytes(UTF_8))).isEqualTo("grün");
    assertThat(PlainText.of(new byte[] {(byte) 0xff, 0})).isEqualTo("base64:/wA=");
    assertThat(PlainText.of("a\u001b[2J".getBytes(UTF_8))).startsWith("base64:");
  }

  private static LetterFilter filter(String reason, String callee) {
    return new LetterFilter(
        Optional.of(reason), Optional.of(callee), Optional.empty(), Optional.empty());
  }

  private static Letter letter(String value, RecordHeader... more) {
    List<RecordHeader> headers =
        new ArrayList<>(
            List.of(
                HeaderName.ORIGIN_TOPIC.with("call-invites"),
                HeaderName.ORIGIN_PARTITION.with("3"),
                HeaderName.ORIGIN_OFFSET.with("42"),
                HeaderName.ORIGIN_TIMESTAMP.with(ASKED.toString()),
                HeaderName.STAGE.with("decode"),
                HeaderName.REASON.with("not_json"),
                HeaderName.DETAIL.with("words")));
    headers.addAll(List.of(more));
    var origin = new Origin("call-invites.dlq", 0, 7, ASKED.plusSeconds(5));
    return READER.read(new Envelope(origin, null, value.getBytes(UTF_8), headers)).orElseThrow();
  }
}
