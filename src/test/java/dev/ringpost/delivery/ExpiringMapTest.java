package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ExpiringMapTest {

  private static final int MAX = 20;
  private static final Duration KEEP = Duration.ofMinutes(2);

  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5);
  private final AtomicInteger forgottenEarly = new AtomicInteger();
  private Duration stayed = Duration.ZERO;
  private final ExpiringMap<Integer, Integer> recent =
      new ExpiringMap<>(MAX, KEEP, nanoTime::get, this::forgotten);

  private void forgotten(int entries, Duration stays) {
    forgottenEarly.addAndGet(entries);
    stayed = stays;
  }

  private void put(int key) {
    recent.merge(key, key, Integer::max);
  }

  private void pass(Duration time) {
    nanoTime.addAndGet(time.toNanos());
  }

  @Test
  void keepsWhatIsPutForItsTimeAtLeastAndTwiceAsLongAtMost() {
    pass(KEEP.minusNanos(1));
    put(1);
    for (int second = 0; second < KEEP.toSeconds(); second++) {
      assertThat(recent.get(1)).isEqualTo(1);
      pass(Duration.ofSeconds(1));
      recent.forget();
    }
    pass(KEEP);
    recent.forget();

    assertThat(recent.get(1)).isNull();
    assertThat(recent.size()).isZero();
    assertThat(forgottenEarly).hasValue(0);
  }

  @Test
  void whatHasHadItsTimeIsNotFoundThoughNothingIsPut() {
    put(1);
    pass(KEEP.multipliedBy(2).minusNanos(1));
    assertThat(recent.get(1)).isEqualTo(1);
    pass(Duration.ofNanos(1));
    assertThat(recent.get(1)).isNull();
  }

  @Test
  void whatIsInTheOldHalfIsNotFoundOnceThatHasHadItsTime() {
    put(1);
    pass(KEEP);
    put(2);
    pass(KEEP.minusNanos(1));
    assertThat(recent.get(1)).isEqualTo(1);
    pass(Duration.ofNanos(1));
    assertThat(recent.get(1)).isNull();
    assertThat(recent.get(2)).isEqualTo(2);
  }

  @Test
  void ofTwoThatMergeWhileTheHalvesTurnOneSeesTheOther() {
    put(1);
    pass(KEEP);
    var first = new AtomicBoolean(true);

    Integer kept =
        recent.merge(
            1,
            2,
            (known, again) -> {
              if (first.getAndSet(false)) {
                // Another thread, before this one has put its value.
                pass(KEEP);
                assertThat(recent.merge(1, 3, (earlier, _) -> earlier)).isEqualTo(3);
                return again;
              }
              return known;
            });

    assertThat(kept).isEqualTo(3);
    assertThat(recent.get(1)).isEqualTo(3);
  }

  @Test
  void whatIsPutWhileTheHalvesTurnTwiceIsKept() {
    var turns = new AtomicInteger();
    var map = new ExpiringMap<Busy, Integer>(MAX, KEEP, nanoTime::get, this::forgotten);
    var busy =
        new Busy(
            () -> {
              if (turns.getAndIncrement() == 0) {
                pass(KEEP);
                map.forget();
                pass(KEEP);
                map.forget();
              }
            });

    map.put(busy, 1, 1);

    assertThat(map.get(busy)).isEqualTo(1);
  }

  /** A key during whose hashing something happens, as in another thread. */
  private record Busy(Runnable meanwhile) implements Comparable<Busy> {

    @Override
    public int hashCode() {
      meanwhile.run();
      return 1;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int compareTo(Busy other) {
      return 0;
    }
  }

  @Test
  void whatHasHadItsTimeIsNotMergedWith() {
    put(9);
    pass(KEEP.multipliedBy(2));

    assertThat(recent.merge(9, 1, Integer::max)).isEqualTo(1);
    assertThat(recent.size()).isEqualTo(1);
    assertThat(forgottenEarly).hasValue(0);
  }

  @Test
  void aPutThatComesLateKeepsNothingForLonger() {
    put(1);
    pass(KEEP.multipliedBy(2).minusNanos(1));
    put(2);
    assertThat(recent.get(1)).isEqualTo(1);
    pass(Duration.ofNanos(1));
    assertThat(recent.get(1)).isNull();
    pass(KEEP.minusNanos(2));
    put(3);
    assertThat(recent.get(2)).isEqualTo(2);
  }

  @Test
  void whatIsPutAgainIsKeptAnew() {
    for (int time = 0; time < 5; time++) {
      put(1);
      pass(KEEP);
    }
    recent.forget();

    assertThat(recent.get(1)).isEqualTo(1);
  }

  @Test
  void mergesWithWhatEitherHalfHas() {
    assertThat(recent.merge(1, 5, Integer::max)).isEqualTo(5);
    assertThat(recent.merge(1, 3, Integer::max)).isEqualTo(5);
    pass(KEEP);
    recent.forget();
    assertThat(recent.merge(1, 4, Integer::max)).isEqualTo(5);
    assertThat(recent.get(1)).isEqualTo(5);
    assertThat(recent.merge(1, 6, Integer::max)).isEqualTo(6);
  }

  @Test
  void isBoundedInCountAndTheOldestGo() {
    for (int key = 0; key < 1000; key++) {
      put(key);
      assertThat(recent.size()).isLessThanOrEqualTo(MAX);
      for (int newest = Math.max(0, key - MAX / 2 + 1); newest <= key; newest++) {
        assertThat(recent.get(newest)).isEqualTo(newest);
      }
    }

    assertThat(recent.get(1000 - MAX - 1)).isNull();
    assertThat(forgottenEarly.get()).isEqualTo(1000 - (int) recent.size());
  }

  @Test
  void whoIsToldThatSomeGoIsToldWhatStays() {
    for (int key = 0; key < MAX; key++) {
      pass(Duration.ofSeconds(1));
      put(key);
    }
    assertThat(forgottenEarly).as("there is room for all").hasValue(0);
    pass(Duration.ofSeconds(3));

    put(MAX);
    assertThat(forgottenEarly).hasValue(MAX / 2);
    assertThat(stayed).isEqualTo(Duration.ofSeconds(MAX / 2 - 1 + 3));
  }

  @Test
  void whatIsRemovedIsGoneFromBothHalves() {
    var map =
        new ExpiringMap<String, Integer>(
            100, Duration.ofSeconds(10), nanoTime::get, ExpiringMap.Early.untold());
    map.merge("a", 1, Integer::sum);
    nanoTime.addAndGet(Duration.ofSeconds(10).toNanos());
    map.merge("a", 1, Integer::sum);

    map.removeIf("a", value -> value == 1);
    assertThat(map.get("a")).isEqualTo(2);
    map.removeIf("a", value -> value <= 2);

    assertThat(map.get("a")).isNull();
    assertThat(map.isEmpty()).isTrue();
  }

  @Test
  void whatTakesMoreRoomMakesOthersGoSooner() {
    put(1);
    recent.put(2, 2, MAX / 2);
    put(3);
    assertThat(recent.get(1)).isEqualTo(1);
    recent.put(4, 4, MAX / 2);
    put(5);

    assertThat(recent.get(1)).isNull();
    assertThat(recent.get(5)).isEqualTo(5);
  }
}
