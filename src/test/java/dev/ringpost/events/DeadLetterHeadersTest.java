package dev.ringpost.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.testing.Samples;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeadLetterHeadersTest {

  private static final Flaw FLAW = new Flaw(DeadLetterReason.WRONG_TOPIC, "DeviceTokenNotForTopic");

  @Test
  void aDeadLetterOfAnInviteTellsWhereItCameFromAndWhyItDied() {
    assertThat(printed(DeadLetterHeaders.of(Samples.invited(), FLAW)))
        .containsExactly(
            "ringpost-format=1",
            "ringpost-origin-topic=call-invites",
            "ringpost-origin-partition=3",
            "ringpost-origin-offset=42",
            "ringpost-origin-timestamp=2026-11-24T10:00:00.250Z",
            "ringpost-deadline=2026-11-24T10:00:30.250Z",
            "ringpost-attempt=1",
            "ringpost-stage=deliver",
            "ringpost-reason=wrong_topic",
            "ringpost-detail=DeviceTokenNotForTopic");
  }

  @Test
  void aRecordThatCouldNotBeReadHasNoDeadlineAndNoAttempt() {
    var flaw = new Flaw(DeadLetterReason.NOT_JSON, "the value is not JSON");
    assertThat(printed(DeadLetterHeaders.of(Samples.malformed(flaw, Optional.empty()), flaw)))
        .containsExactly(
            "ringpost-format=1",
            "ringpost-origin-topic=call-invites",
            "ringpost-origin-partition=3",
            "ringpost-origin-offset=42",
            "ringpost-origin-timestamp=2026-11-24T10:00:00.250Z",
            "ringpost-stage=decode",
            "ringpost-reason=not_json",
            "ringpost-detail=the value is not JSON");
  }

  @Test
  void theRecordsOwnHeadersStayAsTheyCame() {
    RecordHeader trace = Samples.header("traceparent", "00-1-1-01");
    RecordHeader repeated = Samples.header("traceparent", "00-2-2-01");
    RecordHeader empty = new RecordHeader("empty", new byte[0]);
    RecordHeader nothing = new RecordHeader("nothing", null);
    RecordHeader binary = new RecordHeader("binary", new byte[] {(byte) 0xFF, 0, 1});
    Arrival arrival = Samples.invited(trace, repeated, empty, nothing, binary);

    assertThat(DeadLetterHeaders.of(arrival, FLAW))
        .startsWith(trace, repeated, empty, nothing, binary);
  }

  @Test
  void forgedHeadersOfOurFamilyAreReplaced() {
    Arrival forged =
        Samples.invited(
            Samples.header("ringpost-origin-offset", "666"),
            Samples.header("ringpost-attempt", "99"),
            Samples.header("ringpost-accepted", "phone"),
            Samples.header("ringpost-of-tomorrow", "x"),
            Samples.header("Ringpost-Theirs", "kept"));

    assertThat(printed(DeadLetterHeaders.of(forged, FLAW)))
        .contains("Ringpost-Theirs=kept", "ringpost-origin-offset=42", "ringpost-attempt=1")
        .noneMatch(header -> header.contains("666") || header.contains("99"))
        .noneMatch(header -> header.startsWith("ringpost-accepted"))
        .noneMatch(header -> header.startsWith("ringpost-of-tomorrow"));
  }

  @Test
  void wordsForAPersonAreCut() {
    var endless = new Flaw(DeadLetterReason.BAD_REQUEST, "x".repeat(100_000));
    assertThat(printed(DeadLetterHeaders.of(Samples.invited(), endless)))
        .contains("ringpost-detail=" + "x".repeat(DeadLetterHeaders.MAX_DETAIL_LENGTH));
  }

  private static List<String> printed(List<RecordHeader> headers) {
    return headers.stream()
        .map(
            header ->
                header.key()
                    + "="
                    + (header.value() == null ? "" : new String(header.value(), UTF_8)))
        .toList();
  }
}
