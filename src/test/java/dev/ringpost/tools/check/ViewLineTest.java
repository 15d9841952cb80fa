package dev.ringpost.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.findings.Severity;
import dev.ringpost.directory.ViewCheck;
import dev.ringpost.directory.ViewCheck.Density;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The words of a report about how many records a topic holds per registered device. */
@Timeout(30)
class ViewLineTest {

  private static final ViewLine TOKENS = new ViewLine("voip-tokens", true);

  @Test
  void theRecordsPerRegisteredDeviceAreTold() {
    assertThat(TOKENS.of(reading(1_200, new Density(1_200, 1_000, 1), true)))
        .returns(Severity.OK, CheckLine::severity)
        .returns("1200 records read, 1.2 per registered device, all valid", CheckLine::found);
  }

  @Test
  void ofASampleItIsSaidThatItIsOne() {
    assertThat(TOKENS.of(reading(2_400_000, new Density(120_000, 80_000, 16), true)))
        .returns(Severity.OK, CheckLine::severity)
        .returns(
            "2400000 records read, 1.5 per registered device (by one of 16 keys), all valid",
            CheckLine::found);
  }

  @Test
  void manyPerRegisteredDeviceAreAWarning() {
    assertThat(TOKENS.of(reading(100_000, new Density(100_000, 12_500, 1), true)))
        .returns(Severity.WARNING, CheckLine::severity)
        .returns(
            "100000 records read, 8.0 per registered device, so that a start takes longer than it"
                + " need",
            CheckLine::found)
        .satisfies(
            line -> assertThat(line.fix()).contains("docs/runbook.md", "A start reads much"));
  }

  @Test
  void threeAreNotMany() {
    assertThat(TOKENS.of(reading(300_000, new Density(300_000, 100_000, 1), true)).severity())
        .isEqualTo(Severity.OK);
    assertThat(TOKENS.of(reading(300_000, new Density(300_000, 99_999, 1), true)).severity())
        .isEqualTo(Severity.WARNING);
  }

  @Test
  void fewRecordsAreReadSoonHoweverManyAreSuperseded() {
    assertThat(TOKENS.of(reading(99_999, new Density(99_999, 1, 1), true)).severity())
        .isEqualTo(Severity.OK);
  }

  @Test
  void ofATopicThatWasNotReadWholeItIsToldOfWhatWasRead() {
    CheckLine dense = TOKENS.of(reading(8_000_000, new Density(400_000, 50_000, 16), false));
    CheckLine sound = TOKENS.of(reading(8_000_000, new Density(60_000, 50_000, 128), false));

    assertThat(dense)
        .returns(Severity.WARNING, CheckLine::severity)
        .returns(
            "8000000 records read, 8.0 per registered device (by one of 16 keys), within 30 s, and"
                + " more to come",
            CheckLine::found)
        .satisfies(line -> assertThat(line.fix()).contains("A start reads much"));
    assertThat(sound.found()).contains(", 1.2 per registered device (by one of 128 keys), within");
    assertThat(sound.fix()).startsWith("nothing, if that is what you expect");
  }

  @Test
  void whereNoDeviceIsRegisteredThereIsNoFigure() {
    assertThat(TOKENS.of(reading(0, new Density(0, 0, 1), true)).found())
        .startsWith("0 records read: no phone is registered");
  }

  @Test
  void ofInvalidationsOnlyTheRecordsAreCounted() {
    assertThat(
            new ViewLine("voip-token-invalidations", false)
                .of(reading(800_000, new Density(100_000, 12_500, 8), true)))
        .returns(Severity.OK, CheckLine::severity)
        .returns("800000 records read, all valid", CheckLine::found);
  }

  private static ViewCheck.Reading reading(long records, Density density, boolean whole) {
    return new ViewCheck.Reading(
        records,
        0,
        Map.of(),
        Optional.empty(),
        0,
        Optional.empty(),
        Optional.empty(),
        0,
        density,
        whole);
  }
}
