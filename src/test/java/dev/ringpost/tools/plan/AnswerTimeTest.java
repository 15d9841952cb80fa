package dev.ringpost.tools.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AnswerTimeTest {

  private static final AnswerTime ANSWER = new AnswerTime(40, 4_000);

  @Test
  void whatIsDrawnHasTheMeansAndSharesThatAreReckoned() {
    var random = new Random(1);
    double[] drawn = new double[400_000];
    Arrays.setAll(
        drawn,
        _ -> ANSWER.drawn(random.nextDouble(), 1 - random.nextDouble(), random.nextGaussian()));

    assertThat(mean(drawn)).isCloseTo(ANSWER.mean(), within(1.0));
    assertThat(meanOfSlower(drawn)).isCloseTo(ANSWER.meanOfSlowest(2), within(1.5));
    for (double at : new double[] {45, 60, 100, 300, 2_000}) {
      double share = Arrays.stream(drawn).filter(millis -> millis <= at).count();
      assertThat(share / drawn.length).isCloseTo(ANSWER.shareWithin(at), within(0.003));
    }
  }

  @Test
  void nothingComesWithinTheRoundTripAndMoreAnswersAreSlower() {
    assertThat(ANSWER.shareWithin(40)).isZero();
    assertThat(ANSWER.mean()).isBetween(80.0, 90.0);
    assertThat(ANSWER.meanOfSlowest(1.5)).isBetween(ANSWER.mean(), ANSWER.meanOfSlowest(2));
    assertThat(new AnswerTime(140, 4_000).mean()).isCloseTo(ANSWER.mean() + 100, within(1.0));
  }

  private static double mean(double[] drawn) {
    return Arrays.stream(drawn).map(millis -> Math.min(millis, 4_000)).average().orElseThrow();
  }

  private static double meanOfSlower(double[] drawn) {
    double sum = 0;
    for (int n = 0; n < drawn.length; n += 2) {
      sum += Math.min(4_000, Math.max(drawn[n], drawn[n + 1]));
    }
    return sum / (drawn.length / 2.0);
  }
}
