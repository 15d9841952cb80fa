package dev.ringpost.apns.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The score of a connection, from its answers. */
class ConnectionHealthTest {

  private static final Duration ATTEMPT = Duration.ofSeconds(4);
  private static final long NOW = -1;

  private final ConnectionHealth health = new ConnectionHealth();

  @Test
  void onlyTheFirstGoodAnswerIsNews() {
    assertThat(health.everWell()).isFalse();
    assertThat(health.well(NOW)).isTrue();
    assertThat(health.well(NOW)).isFalse();
    assertThat(health.everWell()).isTrue();
  }

  @Test
  void failuresCostMoreThanALoadAndGoodAnswersMakeUpForThem() {
    ConnectionHealth busy = new ConnectionHealth();
    failTimes(ConnectionHealth.SICK);

    assertThat(health.cost(0)).isGreaterThan(busy.cost(0));
    assertThat(health.cost(0)).isGreaterThan(busy.cost(1));
    assertThat(busy.cost(1)).isGreaterThan(busy.cost(0));
    for (int answer = 0; answer < 20; answer++) {
      health.well(NOW);
    }
    assertThat(health.cost(0)).isLessThan(busy.cost(1));
  }

  @Test
  void someFailuresMakeItSuspectAndSickAndGoodAnswersEndThat() {
    failTimes(ConnectionHealth.SICK - 1);
    assertThat(health.isSuspect()).isFalse();
    assertThat(health.isSick()).isFalse();
    assertThat(health.isUnblamed()).isFalse();
    health.failed();
    assertThat(health.isSuspect()).isTrue();
    assertThat(health.isSick()).isTrue();

    health.well(NOW);
    assertThat(health.isSick()).isFalse();
    assertThat(health.isSuspect()).isFalse();
    assertThat(health.isUnblamed()).isTrue();
  }

  @Test
  void failuresWithoutEndAreForgivenAfterAll() {
    failTimes(1_000_000);
    assertThat(health.cost(900)).isFinite().isPositive();
    for (int answer = 0; answer < 3; answer++) {
      health.well(NOW);
    }

    assertThat(health.isSuspect()).isFalse();
  }

  @Test
  void oneThatIsCondemnedStaysSuspect() {
    health.condemn();
    health.well(NOW);

    assertThat(health.isSuspect()).isTrue();
    assertThat(health.isUnblamed()).isFalse();
    assertThat(health.isWell(NOW)).isFalse();
  }

  @Test
  void aGoodAnswerSpeaksForItForAWhile() {
    long fresh = ConnectionHealth.FRESH.toNanos();
    assertThat(health.isWell(NOW)).isFalse();
    health.well(NOW);
    assertThat(health.isWell(NOW + fresh - 1)).isTrue();
    assertThat(health.isWell(NOW + fresh)).isFalse();
    health.failed();
    assertThat(health.isWell(NOW)).isFalse();
  }

  @Test
  void whatIsWrittenHasTimeForAnAnswerAsTheyTakeOfLate() {
    assertThat(health.answersWithin(ATTEMPT, ATTEMPT)).isTrue();
    for (int answer = 0; answer < 30; answer++) {
      health.answered(Duration.ofSeconds(1));
    }
    assertThat(health.answersWithin(Duration.ofMillis(2400), ATTEMPT)).isTrue();
    assertThat(health.answersWithin(Duration.ofMillis(2600), ATTEMPT)).isFalse();
  }

  @Test
  void halfAnAttemptIsAlwaysThoughtToBeEnough() {
    for (int answer = 0; answer < 30; answer++) {
      health.answered(ATTEMPT.multipliedBy(10));
    }

    assertThat(health.answersWithin(ATTEMPT.dividedBy(2), ATTEMPT)).isTrue();
    assertThat(health.answersWithin(ATTEMPT.dividedBy(2).plusNanos(1), ATTEMPT)).isFalse();
  }

  private void failTimes(int times) {
    for (int time = 0; time < times; time++) {
      health.failed();
    }
  }
}
