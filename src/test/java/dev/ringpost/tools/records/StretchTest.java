package dev.ringpost.tools.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The stretch of time that records are read of. */
@Timeout(10)
class StretchTest {

  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @Test
  void aMomentStandsInTheMiddleOfTheStretchAroundIt() {
    Stretch quarter = Stretch.around(NOON, Duration.ofMinutes(15));
    assertThat(quarter.from()).isEqualTo(Instant.parse("2026-11-24T11:52:30Z"));
    assertThat(quarter.to()).isEqualTo(Instant.parse("2026-11-24T12:07:30Z"));

    Stretch second = Stretch.around(NOON, Duration.ofSeconds(1));
    assertThat(second.from()).isEqualTo(NOON.minusMillis(500));
    assertThat(second.to()).isEqualTo(NOON.plusMillis(500));
  }

  /** Whose clock is a little ahead writes records of the future. */
  @Test
  void theStretchUpToNowDoesNotEndThere() {
    Stretch quarter = Stretch.upTo(NOON, Duration.ofMinutes(15));

    assertThat(quarter.from()).isEqualTo(NOON.minusSeconds(900));
    assertThat(quarter.to()).isAfter(NOON);
  }

  @Test
  void aStretchHasALength() {
    assertThatThrownBy(() -> new Stretch(NOON, NOON)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Stretch.around(NOON, Duration.ofMinutes(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
