package dev.ringpost.intake.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CatchUpTest {

  private static final Duration OUTAGE = Duration.ofSeconds(15);
  private static final Duration TICK = Duration.ofMillis(1);

  /** Not zero, so that a beginning that is zero is not taken for a moment. */
  private final AtomicLong now = new AtomicLong(-Duration.ofDays(1).toNanos());

  private final CatchUp catchUp = new CatchUp(now::get);
  private long readAt = now.get();

  @Test
  void nothingWaitsWhileSignalsAreAsFarBehindAsOnAnyDay() {
    pass(CatchUp.BEHIND);
    assertThat(left()).isZero();
    pass(TICK);
    assertThat(left()).isEqualTo(CatchUp.STEP);
  }

  @Test
  void itEndsAsSoonAsSignalsAreRead() {
    pass(OUTAGE);
    assertThat(left()).isPositive();
    pass(CatchUp.STEP);
    readAt = now.get();

    assertThat(left()).isZero();
  }

  @Test
  void itIsBoundedAndNotBegunAgainInTheSameTrouble() {
    pass(OUTAGE);
    assertThat(left()).isPositive();
    for (Duration all = CatchUp.STEP;
        all.compareTo(CatchUp.LONGEST) < 0;
        all = all.plus(CatchUp.STEP)) {
      pass(CatchUp.STEP);
      assertThat(left()).as("after " + all).isPositive();
    }
    pass(CatchUp.STEP);
    assertThat(left()).isZero();
    pass(OUTAGE);
    assertThat(left()).as("still the same trouble").isZero();
  }

  /** Some records were there when the outage began, and are looked at in its midst. */
  @Test
  void anOutageInWhichNoRecordComesIsNoWait() {
    pass(CatchUp.BEHIND.plus(TICK));
    assertThat(left()).isPositive();
    pass(CatchUp.STEP);
    assertThat(left()).isPositive();
    pass(OUTAGE);

    assertThat(left()).as("Kafka is back, and gives invites first").isPositive();
    pass(Duration.ofSeconds(3));
    assertThat(left()).isPositive();
  }

  @Test
  void theNextTroubleIsWaitedForAnew() {
    pass(OUTAGE);
    assertThat(left()).isPositive();
    while (left().isPositive()) {
      pass(CatchUp.STEP);
    }
    readAt = now.get() + 1;

    pass(OUTAGE);
    assertThat(left()).as("read in between, and behind again").isPositive();
  }

  private Duration left() {
    return catchUp.left(Duration.ofNanos(now.get() - readAt));
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
