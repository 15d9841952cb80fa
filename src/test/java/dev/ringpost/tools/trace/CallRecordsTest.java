package dev.ringpost.tools.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.events.RingSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The collection of the records of one call among those of others. */
@Timeout(10)
class CallRecordsTest {

  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Topics TOPICS =
      new Topics(
          false,
          1,
          1,
          "call-invites",
          "voip-tokens",
          "voip-token-invalidations",
          "call-signals",
          "call-push-results",
          "call-invites.retry",
          "missed",
          "call-invites.dlq",
          Optional.empty());

  private final CallRecords records =
      new CallRecords(
          new CallId("Anruf-ü"),
          TOPICS,
          new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"));

  @Test
  void anInviteIsFoundHoweverItsProducerEscapesIt() {
    look("call-invites", 0, "{\"callId\":\"Anruf-ü\",\"callee\":\"a\",\"caller\":{\"uri\":\"u\"}}");
    look(
        "call-invites",
        1,
        "{\"callId\":\"Anruf-\\u00fc\",\"callee\":\"a\",\"caller\":{\"uri\":\"u\"}}");

    assertThat(records.traces()).extracting(it -> it.invite().offset()).containsExactly(0L, 1L);
  }

  /** Its id begins alike, or stands in another field. */
  @Test
  void aRecordOfAnotherCallIsNotTaken() {
    look(
        "call-invites", 0, "{\"callId\":\"Anruf-ü2\",\"callee\":\"a\",\"caller\":{\"uri\":\"u\"}}");
    look(
        "call-invites",
        1,
        "{\"callId\":\"other\",\"callee\":\"Anruf-ü\",\"caller\":{\"uri\":\"u\"}}");
    look(
        "call-push-results",
        0,
        "{\"callId\":\"Anruf-ü2\",\"invite\":{\"topic\":\"call-invites\",\"partition\":0,\"offset\":0}}");
    look("call-signals", 0, "{\"callId\":\"other\",\"callee\":\"Anruf-ü\",\"type\":\"ended\"}");

    assertThat(records.traces()).isEmpty();
    assertThat(records.signals()).isEmpty();
  }

  @Test
  void aSignalBelongsToTheCalleeThatItNames() {
    look("call-invites", 0, "{\"callId\":\"Anruf-ü\",\"callee\":\"a\",\"caller\":{\"uri\":\"u\"}}");
    look("call-invites", 1, "{\"callId\":\"Anruf-ü\",\"callee\":\"b\",\"caller\":{\"uri\":\"u\"}}");
    look("call-signals", 0, "{\"callId\":\"Anruf-ü\",\"callee\":\"b\",\"type\":\"answered\"}");
    look("call-signals", 1, "{\"callId\":\"Anruf-ü\",\"type\":\"ended\"}");

    assertThat(records.traces()).extracting(it -> it.sightings().size()).containsExactly(2, 3);
  }

  /** After a crash a record is handled again, and the worker may find a repeat. */
  @Test
  void ofTwoResultsOfAnAttemptTheOneThatRangCounts() {
    String result =
        "{\"callId\":\"Anruf-ü\",\"invite\":{\"topic\":\"call-invites\",\"partition\":0,\"offset\":7},"
            + "\"attempt\":1,\"final\":true,\"verdict\":\"%s\",\"devices\":[%s]}";
    look(
        "call-push-results",
        0,
        result.formatted("accepted", "{\"deviceId\":\"d\",\"outcome\":\"accepted\"}"));
    look("call-push-results", 1, result.formatted("expired", ""));

    InviteTrace trace = records.traces().getFirst();
    assertThat(LikelyCause.of(trace, NOON).code()).isEqualTo("accepted_not_rung");
  }

  @Test
  void whatIsNoneOfTheFormatsIsPassed() {
    for (String topic :
        List.of("call-invites", "call-signals", "call-push-results", "call-invites.retry-1")) {
      look(topic, 0, "Anruf-ü {");
    }
    look("call-invites.dlq", 0, "Anruf-ü {");

    assertThat(records.traces()).isEmpty();
  }

  private void look(String topic, long offset, String value) {
    var origin = new Origin(topic, 0, offset, NOON.plusMillis(offset));
    records.look(new Envelope(origin, null, value.getBytes(UTF_8), List.of()));
  }
}
