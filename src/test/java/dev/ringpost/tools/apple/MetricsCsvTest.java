package dev.ringpost.tools.apple;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reading of Apple's file. */
@Timeout(10)
class MetricsCsvTest {

  private static final String HEAD = "Push Type,Status,Date (UTC),Count\n";

  @Test
  void columnsAreFoundByName() throws Exception {
    assertThat(
            MetricsCsv.read(
                "\uFEFFCount,Region,\"Push Type\",Date (UTC),Status\r\n"
                    + "12,eu,VoIP,2026-11-29T00:00:00Z,\"stored \"\"offline\"\"\"\r\n\r\n"))
        .containsExactly(new MetricsRow("VoIP", "stored \"offline\"", "2026-11-29T00:00:00Z", 12));
  }

  @Test
  void aFileWithoutRowsHasNone() throws Exception {
    assertThat(MetricsCsv.read(HEAD)).isEmpty();
  }

  @Test
  void voipIsKnownInAnyLettersAndADayBeforeATime() {
    var row = new MetricsRow("VoIP", "delivered", "2026-11-29 00:00", 1);

    assertThat(row.isVoip()).isTrue();
    assertThat(row.day()).isEqualTo("2026-11-29");
    assertThat(new MetricsRow("voipless", "delivered", "2026-11-29", 1).isVoip()).isFalse();
  }

  @Test
  void nothingInItControlsATerminal() throws Exception {
    assertThat(MetricsCsv.read(HEAD + "voip,\u001b[2J,2026-11-29,1\n").getFirst().status())
        .isEqualTo("?[2J");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          voip,delivered,2026-11-29        | line 2 has 3 columns
          voip,delivered,2026-11-29,1,2    | line 2 has 5 columns
          voip,delivered,2026-11-29,1.2K   | the count on line 2 is no whole number
          voip,delivered,2026-11-29,-1     | the count on line 2 is no whole number
          voip,"delivered,2026-11-29,1     | line 2 has a quote without an end
          """)
  void aRowThatIsNotAsDocumentedIsNamed(String line, String words) {
    assertThat(
            catchThrowableOfType(
                    FailedExportException.class, () -> MetricsCsv.read(HEAD + line + "\n"))
                .words())
        .isEqualTo("Apple's file is not as documented: " + words);
  }
}
