package dev.ringpost.tools.dlq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.events.HeaderName;
import dev.ringpost.events.RingSettings;
import dev.ringpost.tools.records.TopicReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The choice of letters for one run: what waits has the places, and what is done is counted. */
@Timeout(10)
class LetterSortingTest {

  private static final Instant NOW = Instant.parse("2026-11-24T09:30:00Z");
  private static final Instant LATER = NOW.plusSeconds(60);
  private static final LetterBounds TWO = new LetterBounds(2, 1 << 20);
  private static final LetterFilter ALL =
      new LetterFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  private static final String INVITE =
      "{\"callId\": \"c1\", \"callee\": \"alice\", \"caller\": {\"uri\": \"sip:bob@example.com\"}}";

  private static final LetterReader READER =
      new LetterReader(new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"));

  /** Of ten thousand letters that are over, a live one behind them was never reached. */
  @Test
  void whatIsDoneOrOverTakesNoPlaceOfOneThatWaits() {
    ReplayNote note = ReplayNote.none(0).with(0).with(1).withUncertain(2);
    var sorting = sorting(Map.of(0, note), false);
    for (long offset = 0; offset < 3; offset++) {
      sorting.take(letter(offset, INVITE, LATER));
    }
    sorting.take(letter(3, INVITE, NOW));
    sorting.take(letter(4, "no JSON", LATER));
    for (long offset = 5; offset < 8; offset++) {
      sorting.take(letter(offset, INVITE, LATER));
    }
    Letters letters = letters(sorting);

    assertThat(offsets(letters)).containsExactly(5L, 6L);
    assertThat(letters.dropped()).isOne();
    assertThat(letters.settled())
        .extracting(Letters.Settled::fate)
        .containsExactly(Fate.BEFORE, Fate.BEFORE);
    assertThat(letters.unlisted())
        .containsOnly(entry(Fate.UNCERTAIN, 1L), entry(Fate.OVER, 1L), entry(Fate.UNREADABLE, 1L));
    assertThat(letters.count()).isEqualTo(8);
  }

  @Test
  void eachRunComesToThoseThatHadNoPlaceInTheOneBefore() {
    ReplayNote note = ReplayNote.none(0);
    List<Long> replayed = new ArrayList<>();
    for (int run = 0; run < 3; run++) {
      var sorting = sorting(Map.of(0, note), false);
      for (long offset = 0; offset < 5; offset++) {
        sorting.take(letter(offset, INVITE, LATER));
      }
      for (long offset : offsets(letters(sorting))) {
        replayed.add(offset);
        note = note.with(offset);
      }
    }

    assertThat(replayed).containsExactly(0L, 1L, 2L, 3L, 4L);
  }

  @Test
  void whatIsOverWaitsWhereItIsAskedFor() {
    var sorting = sorting(Map.of(0, ReplayNote.none(0)), true);
    sorting.take(letter(0, INVITE, NOW.minusSeconds(600)));

    assertThat(offsets(letters(sorting))).containsExactly(0L);
  }

  @Test
  void theBytesOfWhatIsDoneCountForNobody() {
    Letter first = letter(0, INVITE, NOW);
    var bounds = new LetterBounds(10, first.envelope().bytes());
    var known = new KnownFates(Map.of(0, ReplayNote.none(0)), false, NOW);
    var sorting = new LetterSorting(ALL, known::of, bounds);
    sorting.take(first);
    sorting.take(letter(1, INVITE, LATER));
    sorting.take(letter(2, INVITE, LATER));
    Letters letters = letters(sorting);

    assertThat(offsets(letters)).containsExactly(1L);
    assertThat(letters.dropped()).isOne();
    Letter outline = letters.settled().getFirst().outline();
    assertThat(outline.envelope().bytes()).isZero();
    assertThat(LetterList.line(outline)).isEqualTo(LetterList.line(first));
  }

  @Test
  void aListKeepsAllThatFit() {
    LetterSorting sorting = LetterSorting.of(ALL);
    sorting.take(letter(1, INVITE, NOW));
    sorting.take(letter(0, "no JSON", LATER));

    assertThat(offsets(letters(sorting))).containsExactly(0L, 1L);
  }

  @Test
  void theReportCountsWhatItDoesNotShow() throws Exception {
    Letter over = letter(0, INVITE, NOW).outline();
    var line = new ReplayReport.Line(over, Fate.OVER, Optional.empty());
    var report = new ReplayReport(List.of(line), false, 4, Map.of(Fate.OVER, 2L));

    JsonNode json = new JsonMapper().readTree(report.json());
    assertThat(json.at("/counts/over").asInt()).isEqualTo(3);
    assertThat(json.path("lettersNotShown").asInt()).isEqualTo(2);
    assertThat(json.path("lettersNotLookedAt").asInt()).isEqualTo(4);
    assertThat(report.text())
        .contains(
            "       3  left: the call is over",
            "Not shown: 2 more letters, counted above.",
            "Not looked at: 4 more letters; run it again, or choose fewer.");
  }

  private static LetterSorting sorting(Map<Integer, ReplayNote> notes, boolean evenIfOver) {
    return new LetterSorting(ALL, new KnownFates(notes, evenIfOver, NOW)::of, TWO);
  }

  private static Letters letters(LetterSorting sorting) {
    return sorting.letters(new TopicReader.Summary(0, List.of()));
  }

  private static List<Long> offsets(Letters letters) {
    return letters.kept().stream().map(letter -> letter.place().offset()).toList();
  }

  private static Letter letter(long offset, String value, Instant until) {
    var origin = new Origin("call-invites.dlq", 0, offset, NOW.minusSeconds(60));
    var headers =
        List.of(
            HeaderName.ORIGIN_TOPIC.with("call-invites"),
            HeaderName.ORIGIN_PARTITION.with("3"),
            HeaderName.ORIGIN_OFFSET.with("42"),
            HeaderName.ORIGIN_TIMESTAMP.with(NOW.minusSeconds(60).toString()),
            HeaderName.DEADLINE.with(until.toString()),
            HeaderName.STAGE.with("deliver"),
            HeaderName.REASON.with("internal"),
            HeaderName.DETAIL.with("words"));
    return READER.read(new Envelope(origin, null, value.getBytes(UTF_8), headers)).orElseThrow();
  }
}
