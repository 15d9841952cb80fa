package dev.ringpost.tools.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.events.CalleeAs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of a watch: no more than 80 columns, and no name. */
@Timeout(20)
class WatchTextTest {

  private static final Instant NOW = Instant.parse("2026-11-24T09:30:01Z");

  private final AtomicLong nanos = new AtomicLong();
  private final LiveCalls calls = new LiveCalls(Duration.ofMinutes(2), nanos::get);

  private static Envelope record(String value) {
    var place = new Origin("call-push-results", 2, 7, NOW);
    return new Envelope(place, null, value.getBytes(UTF_8), List.of());
  }

  private static SeenVerdict read(String value) {
    return new VerdictReader(CalleeAs.PLAIN).read(record(value)).orElseThrow();
  }

  private static String result(String id, String verdict, String reason) {
    var json = new JsonMapper().createObjectNode();
    json.put("callId", id).put("callee", id).put("attempt", 1).put("final", true);
    json.put("verdict", verdict).put("reason", reason).put("decidedAt", "2026-11-24T09:30:00.085Z");
    json.put("invitedAt", "2026-11-24T09:30:00.000Z");
    json.putObject("invite").put("topic", id).put("partition", 3).put("offset", 1017);
    json.putArray("devices").addObject().put("outcome", "accepted").put("deviceId", id);
    json.withArray("devices").addObject().put("outcome", "token_gone");
    return json.toString();
  }

  @Test
  void aVerdictIsReadWithDigestsInPlaceOfIds() {
    SeenVerdict seen = read(result("alice", "accepted", ""));

    assertThat(seen.call()).isEqualTo(CalleeAs.digest("alice"));
    assertThat(seen.callee()).isEqualTo(CalleeAs.digest("alice"));
    assertThat(seen.millis()).hasValue(85);
    assertThat(WatchText.line(seen))
        .isEqualTo("09:30:00 accepted   2bd806c97f0e 2bd806c97f0e   1/2   85ms");
  }

  @Test
  void aCalleeThatIsNamedByItsDigestKeepsIt() {
    String digest = CalleeAs.digest("alice");
    SeenVerdict seen =
        new VerdictReader(CalleeAs.DIGEST).read(record(result(digest, "failed", ""))).orElseThrow();

    assertThat(seen.callee()).isEqualTo(digest);
  }

  @Test
  void whatIsNoResultIsPassed() {
    for (String other : List.of("", "no JSON", "[]", "{}", "{\"callId\": \"c\"}", "null")) {
      assertThat(new VerdictReader(CalleeAs.PLAIN).read(record(other))).as(other).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice",
        "Jürgen-Äöüß",
        "👩‍👩‍👧‍👦📞",
        "電話電話電話",
        "\u001b[2J\u001b]0;title\u0007",
        "\u202eevil\r\nsecond line",
        "@|red x|@"
      })
  void noLineOfTheScreenIsWiderThan80ColumnsWhateverTheIdsAndWords(String text) {
    String longText = text.repeat(100);
    for (int i = 0; i < 60; i++) {
      for (String word : List.of(text, longText, "unreadable_registration")) {
        calls.add(read(result(text + i, word + i, longText)));
        calls.add(read(result(longText + i, word + i, longText)));
      }
    }

    List<WatchText.Line> screen =
        WatchText.screen(calls, LiveCalls.MAX_SHOWN, Optional.of(longText), NOW);

    assertThat(screen).hasSize(5 + LiveCalls.MAX_SHOWN);
    assertThat(screen)
        .allSatisfy(
            line -> {
              assertThat(line.text().length()).isLessThanOrEqualTo(80);
              assertThat(line.text()).matches("[\\x20-\\x7e]*");
            });
    assertThat(WatchText.summary(calls)).matches("[\\x20-\\x7e]*");
  }

  @Test
  void theScreenTellsRatesSharesAndTimesAboveTheCallsTheNewestFirst() {
    calls.invited("call-invites-0@9");
    calls.add(LiveCallsTest.verdict(1, 1, true, "accepted", OptionalLong.of(10)));
    calls.add(LiveCallsTest.verdict(2, 2, true, "failed", OptionalLong.of(1500)));
    nanos.addAndGet(Duration.ofSeconds(4).toNanos());

    assertThat(WatchText.screen(calls, 1, Optional.empty(), NOW))
        .extracting(WatchText.Line::text)
        .containsExactly(
            "09:30:01 UTC  0.5 calls/s  1 open (oldest 4.0s)",
            "last minute: accepted 50.0 %, failed 50.0 %",
            "time to verdict: p50 10ms, p95 1.5s",
            "",
            "UTC      verdict    call         callee         acc  after ",
            "09:30:00 failed     a1b2c3d4e5f6 0c32285c01b3   1/2   1.5s try 2");
  }

  @Test
  void theSummaryTellsAllThatWasSeen() throws Exception {
    calls.add(LiveCallsTest.verdict(1, 1, true, "accepted", OptionalLong.of(10)));
    calls.add(LiveCallsTest.verdict(1, 1, true, "silent", OptionalLong.empty()));
    nanos.addAndGet(Duration.ofMinutes(11).toNanos());

    assertThat(WatchText.summary(calls))
        .isEqualTo("watched 11min, calls: 1 (accepted 100.0 %); 0 open; phones: silent 100.0 %");
    JsonNode json = new JsonMapper().readTree(WatchJson.summary(calls)).path("summary");
    assertThat(json.toString())
        .isEqualTo(
            "{\"seconds\":660,\"calls\":1,\"verdicts\":{\"accepted\":1},\"phones\":{\"silent\":1},"
                + "\"open\":0,\"withoutVerdict\":0}");
  }
}
