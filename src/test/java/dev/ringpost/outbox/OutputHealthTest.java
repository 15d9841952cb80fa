package dev.ringpost.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.Samples;
import java.time.Duration;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class OutputHealthTest {

  private final TimeoutException trouble = new TimeoutException("no such topic");
  private long nanos = 1_000;

  private OutputHealth health(Duration firstPause) {
    return new OutputHealth(firstPause, () -> nanos);
  }

  @Test
  void aHealthyOutputHasNoPause() {
    assertThat(health(Duration.ofHours(1)).pauseNanos()).isZero();
  }

  @Test
  void anOutagePausesForABoundedTime() {
    var health = health(Duration.ofHours(1));
    health.failed(SendTrouble.OUTAGE, trouble, Samples.NOW);

    assertThat(health.pauseNanos()).isEqualTo(OutputHealth.LONGEST_PAUSE.toNanos());
  }

  @Test
  void manyFailuresAtOnceAreOnePause() {
    var health = health(Duration.ofMillis(400));
    for (int i = 0; i < 100; i++) {
      health.failed(SendTrouble.OUTAGE, trouble, Samples.NOW);
    }

    assertThat(health.pauseNanos()).isEqualTo(Duration.ofMillis(400).toNanos());
  }

  @Test
  void aFailureAfterThePauseDoublesTheNext() {
    var health = health(Duration.ofMillis(400));
    health.failed(SendTrouble.OUTAGE, trouble, Samples.NOW);
    nanos += Duration.ofMillis(400).toNanos();
    assertThat(health.pauseNanos()).isZero();

    health.failed(SendTrouble.OUTAGE, trouble, Samples.NOW);
    assertThat(health.pauseNanos()).isEqualTo(Duration.ofMillis(800).toNanos());
  }

  @Test
  void aSuccessEndsThePause() {
    var health = health(Duration.ofHours(1));
    health.failed(SendTrouble.OUTAGE, trouble, Samples.NOW);
    health.taken();

    assertThat(health.pauseNanos()).isZero();
  }

  @Test
  void whatIsWrongWithOneRecordPausesNothingAndIsNoOutage() {
    var health = health(Duration.ofHours(1));

    assertThat(health.failed(SendTrouble.TOO_LARGE, trouble, Samples.NOW)).isFalse();
    assertThat(health.failed(SendTrouble.IMPOSSIBLE, trouble, Samples.NOW)).isFalse();
    assertThat(health.pauseNanos()).isZero();
    assertThat(health.troubleSince(Samples.NOW)).isEqualTo("Kafka has not answered");
  }

  @Test
  void repeatedTroubleIsToldOnceInAWhile() {
    var health = health(Duration.ofMillis(1));

    assertThat(health.failed(SendTrouble.OUTAGE, trouble, Samples.NOW)).isTrue();
    assertThat(health.failed(SendTrouble.OUTAGE, trouble, Samples.NOW)).isFalse();

    nanos += OutputHealth.TOLD_EVERY.toNanos();
    assertThat(health.failed(SendTrouble.OUTAGE, trouble, Samples.NOW)).as("later").isTrue();
  }

  @Test
  void theEndOfTroubleIsToldOnceAndOnlyIfTheTroubleWas() {
    var health = health(Duration.ofMillis(1));
    assertThat(health.over()).isFalse();

    health.failed(SendTrouble.OUTAGE, trouble, Samples.NOW);

    assertThat(health.over()).isTrue();
    assertThat(health.over()).isFalse();
  }

  @Test
  void oldTroubleDoesNotExplainANewSilence() {
    var health = health(Duration.ofMillis(1));
    health.failed(SendTrouble.OUTAGE, trouble, Samples.NOW);

    assertThat(health.troubleSince(Samples.NOW)).isEqualTo("TimeoutException: no such topic");
    assertThat(health.troubleSince(Samples.NOW.plusMillis(1))).isEqualTo("Kafka has not answered");
  }
}
