package dev.ringpost.apns.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A remedy that is not taken again soon. */
class CooldownTest {

  private static final long FIRST = 20;
  private static final long LONGEST = 70;

  /** Time may begin anywhere. */
  private static final long BEGIN = -50;

  private final Cooldown cooldown =
      new Cooldown(Duration.ofNanos(FIRST), Duration.ofNanos(LONGEST));

  @Test
  void isTakenAtOnceAndThenEverMoreRarelyUpToABound() {
    long now = BEGIN;
    assertThat(cooldown.take(now)).isTrue();
    for (long pause : new long[] {FIRST, 2 * FIRST, LONGEST, LONGEST}) {
      assertThat(cooldown.take(now + pause - 1)).isFalse();
      now += pause;
      assertThat(cooldown.take(now)).isTrue();
    }
  }

  @Test
  void isAsQuickAsAtFirstOnceItWasNotNeededForLong() {
    assertThat(cooldown.take(BEGIN)).isTrue();
    assertThat(cooldown.take(BEGIN + FIRST)).isTrue();
    long later = BEGIN + FIRST + 4 * FIRST;
    assertThat(cooldown.take(later)).isTrue();

    assertThat(cooldown.take(later + FIRST)).isTrue();
  }
}
