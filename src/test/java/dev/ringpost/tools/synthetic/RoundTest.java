package dev.ringpost.tools.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.CallId;
import dev.ringpost.telemetry.SyntheticMeters.End;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The word of each end of a round, and what it says. */
class RoundTest {

  private static final Duration TOOK = Duration.ofMillis(120);

  /** One of each, in the order of the page. */
  private static final List<RoundEnd> ENDS =
      List.of(
          new RoundEnd.Rang(TOOK, TOOK.multipliedBy(3)),
          new RoundEnd.Accepted(TOOK),
          new RoundEnd.Silent(TOOK),
          new RoundEnd.Refused(TOOK, "all_dead", "bad_device_token"),
          new RoundEnd.NoVerdict(Optional.of("retrying"), true),
          new RoundEnd.NotMade("no broker answers"),
          new RoundEnd.Unheard("no broker answers"));

  private static Round round(RoundEnd end) {
    return new Round(new CallId("synthetic-1"), end, Optional.empty());
  }

  @Test
  void thePageHasEachEndWithItsExitCode() throws Exception {
    List<String> rows =
        Files.readString(Path.of("docs", "tools.md"))
            .lines()
            .dropWhile(line -> !line.startsWith("| `end` |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .toList();

    assertThat(rows).hasSameSizeAs(ENDS).hasSameSizeAs(End.values());
    for (int i = 0; i < rows.size(); i++) {
      Round.Meaning meaning = round(ENDS.get(i)).meaning();
      assertThat(rows.get(i))
          .startsWith("| `" + meaning.end().word() + "` |")
          .endsWith(
              meaning.worked() ? "| yes | 0 |" : meaning.kafkas() ? "| no | 69 |" : "| no | 76 |");
    }
  }

  @Test
  void peopleAreToldWhereItEndedAndHowToFindOutMore() {
    assertThat(round(ENDS.getFirst()).text())
        .containsExactly(
            "ok      a phone rang after 360 ms; the verdict accepted came after 120 ms");
    assertThat(round(ENDS.get(3)).text())
        .containsExactly(
            "failed  no phone rang: the verdict is all_dead (bad_device_token), told after 120 ms",
            "        why: ringpost trace synthetic-1");
    assertThat(round(ENDS.get(4)).text().getFirst())
        .isEqualTo(
            "failed  no worker told a final verdict in time; the last one was retrying; a phone"
                + " told that it rings all the same");
    assertThat(round(ENDS.get(5)).text())
        .as("no topic has anything of a call that was not made")
        .hasSize(1);
  }

  @Test
  void aPhoneThatRingsOnIsSaidThoughTheCallCameThrough() throws Exception {
    var round =
        new Round(new CallId("synthetic-1"), ENDS.getFirst(), Optional.of("call-signals: refused"));

    assertThat(round.text().getLast()).contains("was not told", "call-signals: refused");
    JsonNode json = new JsonMapper().readTree(round.json());
    assertThat(json.path("worked").asBoolean()).isTrue();
    assertThat(json.path("ringsOn").asText()).isEqualTo("call-signals: refused");
    assertThat(json.path("ringingAfterMillis").asLong()).isEqualTo(360);
  }
}
