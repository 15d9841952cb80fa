package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ringpost.call.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryLadderTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final RetryLadder LADDER =
      new RetryLadder(List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4)));

  @Test
  void eachRetryHasItsWaitAndTheLastOneRepeats() {
    var deadline = new Deadline(NOW.plusSeconds(60));
    assertThat(
            IntStream.rangeClosed(1, 5)
                .mapToObj(attempt -> LADDER.after(attempt, NOW, deadline).orElseThrow()))
        .containsExactly(
            new RetryLadder.Next(1, NOW.plusSeconds(1)),
            new RetryLadder.Next(2, NOW.plusSeconds(2)),
            new RetryLadder.Next(3, NOW.plusSeconds(4)),
            new RetryLadder.Next(3, NOW.plusSeconds(4)),
            new RetryLadder.Next(3, NOW.plusSeconds(4)));
  }

  @Test
  void noTryIsDueAtTheDeadlineOrAfterIt() {
    assertThat(LADDER.after(1, NOW, new Deadline(NOW.plusSeconds(1)))).isEmpty();
    assertThat(LADDER.after(1, NOW, new Deadline(NOW.plusSeconds(1).plusNanos(1)))).isPresent();
  }

  /**
   * Whatever the ladder: tries come to an end, each later than the last and before the deadline.
   */
  @Test
  void triesEndBeforeTheDeadlineWhateverTheLadder() {
    for (int seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      var ladder =
          new RetryLadder(
              random
                  .longs(1 + random.nextInt(RetryLadder.MAX_RETRIES), 1, 20_000)
                  .sorted()
                  .mapToObj(Duration::ofMillis)
                  .toList());
      var deadline = new Deadline(NOW.plusMillis(random.nextLong(1, 60_000)));
      long bound = 1 + 60_000 / ladder.retries().getFirst().toMillis();
      Instant now = NOW;
      int attempt = 1;
      Optional<RetryLadder.Next> next = ladder.after(attempt, now, deadline);
      while (next.isPresent()) {
        assertThat(next.get().due()).as("seed %d", seed).isAfter(now).isBefore(deadline.at());
        assertThat(next.get().retry()).isEqualTo(Math.min(attempt, ladder.retries().size()));
        now = next.get().due();
        next = ladder.after(++attempt, now, deadline);
        assertThat((long) attempt).as("seed %d", seed).isLessThanOrEqualTo(bound + 1);
      }
    }
  }

  @Test
  void aLadderWithoutRetriesOrWithTooManyIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new RetryLadder(List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new RetryLadder(
                    Collections.nCopies(RetryLadder.MAX_RETRIES + 1, Duration.ofSeconds(1))));
    assertThatIllegalArgumentException().isThrownBy(() -> new RetryLadder(List.of(Duration.ZERO)));
  }
}
