package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rule by which a heap counts as full. */
@Timeout(10)
class HeapWatchTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private long now;
  private long collected;
  private HeapWatch watch = watch();

  private HeapWatch watch() {
    return new HeapWatch(
        new HeapWatch.Time() {
          @Override
          public long nanos() {
            return now;
          }

          @Override
          public long collectedNanos() {
            return collected;
          }
        },
        () -> {});
  }

  /** Whatever was collected before it began. */
  @BeforeEach
  void aLoadLiesBehind() {
    now = Duration.ofSeconds(100).toNanos();
    collected = Duration.ofSeconds(99).toNanos();
    watch = watch();
  }

  @Test
  void aCollectorThatHasNearlyAllTheTimeIsTheEnd() {
    for (int look = 1; look < HeapWatch.LOOKS; look++) {
      assertThat(looks(SECOND, 0.85)).as("after %d looks", look).isFalse();
    }
    assertThat(looks(SECOND, 0.85)).isTrue();
  }

  @Test
  void oneLookInBetweenWithTimeForTheProgramBeginsAnew() {
    for (int look = 1; look < 10 * HeapWatch.LOOKS; look++) {
      assertThat(looks(SECOND, look % HeapWatch.LOOKS == 0 ? 0.5 : 0.95)).isFalse();
    }
  }

  @Test
  void oneLongCollectionIsNotTheEnd() {
    for (int turn = 0; turn < 10; turn++) {
      assertThat(looks(Duration.ofSeconds(12), 0.99)).isFalse();
      assertThat(looks(SECOND, 0.01)).isFalse();
    }
  }

  @Test
  void aBusyCollectorIsNotTheEnd() {
    for (int look = 0; look < 100; look++) {
      assertThat(looks(SECOND, 0.75)).isFalse();
    }
  }

  /** The names in JDK 25, of each collector. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Copy",
        "MarkSweepCompact",
        "PS Scavenge",
        "PS MarkSweep",
        "G1 Young Generation",
        "G1 Old Generation",
        "G1 Concurrent GC",
        "ZGC Minor Pauses",
        "ZGC Major Pauses",
        "Shenandoah Pauses"
      })
  void pausesCount(String collector) {
    assertThat(HeapWatch.tellsOfPauses(collector)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ZGC Minor Cycles", "ZGC Major Cycles", "Shenandoah Cycles"})
  void whatRunsBesideTheProgramDoesNot(String collector) {
    assertThat(HeapWatch.tellsOfPauses(collector)).isFalse();
  }

  private boolean looks(Duration later, double share) {
    now += later.toNanos();
    collected += (long) (share * later.toNanos());
    return watch.look();
  }
}
