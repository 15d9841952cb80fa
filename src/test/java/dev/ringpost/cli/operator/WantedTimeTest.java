package dev.ringpost.cli.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringpost.tools.records.Stretch;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The reading of {@code --around} and {@code --window}, as they are typed. */
@Timeout(20)
class WantedTimeTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Duration A_DAY = Duration.ofDays(1);

  @ParameterizedTest
  @CsvSource({"1s, 1", "90s, 90", "15m, 900", "2h, 7200", "24h, 86400", "1440m, 86400"})
  void withoutAMomentItEndsNow(String window, long seconds) {
    assertThat(stretch(null, window)).isEqualTo(Stretch.upTo(NOW, Duration.ofSeconds(seconds)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-20T09:30:00Z",
        "2026-11-20T09:30Z",
        "2026-11-20T09:30:00.000Z",
        "2026-11-20T10:30:00+01:00",
        "2026-11-20T04:00:00-05:30"
      })
  void aMomentMayHaveAnyZone(String around) {
    assertThat(stretch(around, "10m"))
        .isEqualTo(
            new Stretch(
                Instant.parse("2026-11-20T09:25:00Z"), Instant.parse("2026-11-20T09:35:00Z")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0s", "15", "m", "15 m", "-15m", "1.5h", "15M", "25h", "1441m", "999999s"})
  void aLengthThatIsNoneIsAMistake(String window) {
    assertThatThrownBy(() -> stretch(null, window))
        .isInstanceOf(ParameterException.class)
        .hasMessage("--window must be 1s to 24h, such as 90s, 15m or 2h");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "2026-11-20", "2026-11-20T09:30:00", "1764063000"})
  void aMomentThatIsNoneIsAMistake(String around) {
    assertThatThrownBy(() -> stretch(around, "15m"))
        .isInstanceOf(ParameterException.class)
        .hasMessage("--around must be a time such as 2026-11-24T09:30:00Z");
  }

  @Test
  void aMomentThatNoClockHasIsAMistakeToo() {
    assertThatThrownBy(() -> stretch("2026-02-30T09:30:00Z", "15m"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("--around");
  }

  private static Stretch stretch(@Nullable String around, String window) {
    CommandSpec spec = new CommandLine(CommandSpec.create()).getCommandSpec();
    return WantedTime.stretch(spec, around, window, A_DAY, NOW);
  }
}
