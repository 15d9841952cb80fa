package dev.ringpost.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ringpost.telemetry.MeterReader.Buckets;
import dev.ringpost.telemetry.Telemetry;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class HistogramTest {

  @Test
  void aStretchHoldsWhatWasAddedInIt() {
    Buckets before = buckets(1, 1, 2);
    Buckets after = buckets(1, 1, 2, 3, 3, 70_000);

    Histogram added = Histogram.between(before, after);

    assertThat(added.count()).isEqualTo(3);
    // bounds are 1, 2, 5, …, 60 000 ms; the last entry is what is longer
    assertThat(added.counts().subList(0, 4)).containsExactly(0L, 0L, 2L, 0L);
    assertThat(added.counts()).hasSize(Telemetry.BUCKETS.size() + 1).endsWith(1L);
  }

  @Test
  void aQuantileLiesWithinItsBucketAsPrometheusReckonsIt() {
    Histogram times = Histogram.between(Buckets.EMPTY, buckets(3, 3, 3, 3, 150, 150, 150, 150));

    assertThat(times.quantile(0.5)).hasValue(5);
    assertThat(times.quantile(0.75).orElseThrow()).isCloseTo(150, within(0.001));
    assertThat(times.quantile(1)).hasValue(200);
  }

  @Test
  void withoutTimesThereIsNoQuantile() {
    assertThat(Histogram.between(Buckets.EMPTY, Buckets.EMPTY).quantile(0.5)).isEmpty();
  }

  @Test
  void whatIsLongerThanTheLastBoundIsTheLastBound() {
    assertThat(Histogram.between(Buckets.EMPTY, buckets(90_000)).quantile(0.99)).hasValue(60_000);
  }

  @Test
  void aTimeThatIsCountedWhileItIsReadHarmsNothing() {
    Buckets torn = new Buckets(buckets(3, 3).counts(), 1);

    assertThat(Histogram.between(Buckets.EMPTY, torn).counts()).endsWith(0L);
  }

  private static Buckets buckets(long... millis) {
    List<Long> counts =
        Telemetry.BUCKETS.stream()
            .map(bound -> LongStream.of(millis).filter(it -> it <= bound.toMillis()).count())
            .toList();
    return new Buckets(counts, millis.length);
  }
}
