package dev.ringpost.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DeadlineTest {

  private static final Instant AT = Instant.parse("2026-11-24T10:00:30.999999999Z");
  private static final Deadline DEADLINE = new Deadline(AT);

  @Test
  void itHasNotPassedBefore() {
    assertThat(DEADLINE.passedAt(AT.minusNanos(1))).isFalse();
    assertThat(DEADLINE.leftAt(AT.minusNanos(1))).isEqualTo(Duration.ofNanos(1));
  }

  @Test
  void theDeadlineItselfIsTooLate() {
    assertThat(DEADLINE.passedAt(AT)).isTrue();
    assertThat(DEADLINE.leftAt(AT)).isZero();
  }

  @Test
  void nothingIsLeftAfterwards() {
    assertThat(DEADLINE.passedAt(AT.plusSeconds(1))).isTrue();
    assertThat(DEADLINE.leftAt(AT.plusSeconds(1))).isZero();
  }

  @Test
  void theExpirationIsRoundedDown() {
    assertThat(DEADLINE.epochSecond())
        .isEqualTo(Instant.parse("2026-11-24T10:00:30Z").getEpochSecond());
  }
}
