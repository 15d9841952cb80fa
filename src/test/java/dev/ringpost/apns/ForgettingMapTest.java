package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A map that forgets. */
class ForgettingMapTest {

  private static final int MOST = 3;
  private static final long KEPT = 10;

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final ForgettingMap<String, Integer> recent =
      new ForgettingMap<>(MOST, Duration.ofNanos(KEPT), nanos::get);

  @Test
  void forgetsEachWhenItsTimeIsOverWhateverIsAskedFor() {
    recent.put("a", 1);
    nanos.addAndGet(KEPT);
    recent.put("b", 2);
    assertThat(recent.get("a")).isEqualTo(1);
    nanos.incrementAndGet();

    assertThat(recent.get("b")).isEqualTo(2);
    assertThat(recent.size()).isEqualTo(1);
    nanos.addAndGet(KEPT);
    assertThat(recent.remove("b")).isNull();
    assertThat(recent.size()).isZero();
  }

  @Test
  void forgetsTheOldestWhenThereAreTooMany() {
    recent.put("a", 1);
    recent.put("b", 2);
    recent.put("c", 3);
    recent.put("a", 4);
    recent.put("d", 5);

    assertThat(recent.get("b")).isNull();
    assertThat(recent.get("a")).isEqualTo(4);
    assertThat(recent.size()).isEqualTo(MOST);
    assertThat(recent.remove("a")).isEqualTo(4);
    assertThat(recent.get("a")).isNull();
  }
}
