package dev.ringpost.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.ringpost.bench.report.Figure;
import dev.ringpost.bench.report.Pass;
import dev.ringpost.bench.report.QuietRule;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Invites that a measured program pushes again, as those may that commit as they read. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RepeatedPushesTest {

  @Test
  void ringpostsEndTheBenchmark() {
    assertThatIllegalStateException()
        .isThrownBy(() -> WarmUp.tellRepeats(Program.RINGPOST, counted(1)))
        .withMessage("Ringpost pushed 1 more than it was asked to");
    assertThatCode(() -> WarmUp.tellRepeats(Program.RINGPOST, counted(0)))
        .doesNotThrowAnyException();
  }

  @Test
  void thoseOfAnotherDoNot() {
    assertThatCode(() -> WarmUp.tellRepeats(Program.ASYNC, counted(7))).doesNotThrowAnyException();
  }

  @Test
  void aPassWithSomeIsNotQuiet() {
    assertThat(pair(0, 0).others()).isLessThan(QuietRule.OTHERS);
    assertThat(pair(0, 1).others()).isGreaterThan(QuietRule.OTHERS);
    assertThat(pair(1, 0).others()).isGreaterThan(QuietRule.OTHERS);
  }

  private static ApnsProcess.Counted counted(long tooMany) {
    return new ApnsProcess.Counted(1, 1, tooMany);
  }

  private static RatePart.Pair pair(long ofBare, long ofProgram) {
    return new RatePart.Pair(quiet(ofBare), quiet(ofProgram));
  }

  private static RatePart.Measured quiet(long tooMany) {
    var pass = new Pass();
    pass.put(Figure.OTHERS, 0.1);
    return new RatePart.Measured(pass, tooMany);
  }
}
