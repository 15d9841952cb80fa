package dev.ringpost.cli.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The line that tells how far long work is. */
@Timeout(20)
class ProgressLineTest {

  private static final String WIPE = "\r\u001b[K";

  private final StringWriter written = new StringWriter();

  private ProgressLine line(boolean shown) {
    return new ProgressLine(new PrintWriter(written), "offsets", shown);
  }

  /** What was shown, one after the other. */
  private List<String> shown() {
    return Arrays.asList(written.toString().split(Pattern.quote(WIPE), -1));
  }

  @Test
  void eachPercentIsShownOnceAndTheLastIsWiped() {
    ProgressLine line = line(true);
    for (int done = 0; done <= 2000; done++) {
      line.at(done, 2000);
    }

    assertThat(shown()).hasSize(1 + 101).startsWith("", "0 % of 2,000 offsets");
    assertThat(shown()).contains("50 % of 2,000 offsets").endsWith("100 % of 2,000 offsets");
    line.end();
    line.end();
    assertThat(shown()).as("wiped once").hasSize(1 + 101 + 1).endsWith("");
  }

  @Test
  void workOfNothingIsDone() {
    line(true).at(0, 0);

    assertThat(shown()).containsExactly("", "100 % of 0 offsets");
  }

  @Test
  void aLineThatWasWipedIsShownAgainByMoreWork() {
    ProgressLine line = line(true);
    line.at(1, 1);
    line.end();
    line.at(1, 1);

    assertThat(shown()).containsExactly("", "100 % of 1 offsets", "", "100 % of 1 offsets");
  }

  @Test
  void nothingIsWrittenWhereNobodySeesIt() {
    ProgressLine line = line(false);
    line.at(1, 2);
    line.end();

    assertThat(written.toString()).isEmpty();
  }

  @Test
  void nothingIsWipedBeforeAnythingWasShown() {
    line(true).end();

    assertThat(written.toString()).isEmpty();
  }
}
