package dev.ringpost.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.bench.ApnsProcess.Arrival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RecoveryTest {

  private static final long BACK = 100_000_000;

  private final List<Arrival> before = new ArrayList<>();
  private final List<Arrival> fresh = new ArrayList<>();

  @Test
  void itIsOverAtTheEndOfTheLastSecondThatWasWorseThanAllBefore() {
    second(before, 0, 2);
    second(before, 1_000_000, 5);
    second(fresh, BACK, 400);
    second(fresh, BACK + 1_000_000, 4);
    second(fresh, BACK + 2_000_000, 6);
    second(fresh, BACK + 3_000_000, 5);

    assertThat(recovery().worstBefore()).isEqualTo(Duration.ofMillis(5));
    assertThat(recovery().worstSince()).isEqualTo(Duration.ofMillis(400));
    assertThat(recovery().settledSeconds()).isEqualTo(3);
  }

  @Test
  void whatIsAsBeforeFromTheStartNeedsNoTime() {
    second(before, 0, 5);
    second(fresh, BACK, 5);

    assertThat(recovery().settledSeconds()).isZero();
  }

  private Recovery recovery() {
    return new Recovery(before, 0, fresh, BACK);
  }

  /** A second in which one push of ten is so late, and the others by a millisecond. */
  private static void second(List<Arrival> pushes, long since, long worstMillis) {
    for (long n = 0; n < 10; n++) {
      long begun = since + n * 100_000;
      pushes.add(new Arrival(begun, begun + (n == 0 ? worstMillis : 1) * 1000));
    }
  }
}
