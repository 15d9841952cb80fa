package dev.ringpost.tools.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The memory and the counts of a watch, on a clock that the test sets. */
@Timeout(20)
class LiveCallsTest {

  private static final Duration RING_MAX = Duration.ofMinutes(2);

  private final AtomicLong nanos = new AtomicLong(-TimeUnit.HOURS.toNanos(3));
  private final LiveCalls calls = new LiveCalls(RING_MAX, nanos::get);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static SeenVerdict verdict(int invite, int attempt, boolean last, String word) {
    return verdict(invite, attempt, last, word, OptionalLong.of(80));
  }

  static SeenVerdict verdict(
      int invite, int attempt, boolean last, String word, OptionalLong millis) {
    return new SeenVerdict(
        "call-invites-0@" + invite,
        "a1b2c3d4e5f6",
        "0c32285c01b3",
        attempt,
        last,
        word,
        "none",
        "",
        1,
        2,
        millis,
        Instant.parse("2026-11-24T09:30:00Z"));
  }

  @Test
  void aVerdictThatIsToldTwiceCountsOnce() {
    assertThat(calls.add(verdict(1, 1, true, "accepted"))).isTrue();
    assertThat(calls.add(verdict(1, 1, true, "accepted"))).isFalse();

    assertThat(calls.calls()).isOne();
    assertThat(calls.last(10)).hasSize(1);
  }

  @Test
  void aCallHasOneLastVerdictWhateverIsToldBesides() {
    calls.add(verdict(1, 1, false, "retrying"));
    assertThat(calls.calls()).isZero();
    calls.add(verdict(1, 2, true, "accepted"));
    calls.add(verdict(1, 2, true, "rang"));
    calls.add(verdict(1, 3, true, "failed"));

    assertThat(calls.calls()).isOne();
    assertThat(calls.verdicts()).containsExactlyEntriesOf(Map.of("accepted", 1L));
    assertThat(calls.seconds()).containsExactlyEntriesOf(Map.of("rang", 1L));
    assertThat(calls.last(10)).extracting(SeenVerdict::verdict).containsExactly("failed");
  }

  @Test
  void aCallIsOpenFromItsInviteToItsLastVerdict() {
    calls.invited("call-invites-0@1");
    pass(Duration.ofSeconds(2));
    calls.invited("call-invites-0@2");
    assertThat(calls.open()).isEqualTo(2);
    assertThat(calls.oldestOpen()).contains(Duration.ofSeconds(2));

    calls.add(verdict(1, 1, false, "retrying"));
    assertThat(calls.open()).isEqualTo(2);
    calls.add(verdict(1, 2, true, "accepted"));
    assertThat(calls.open()).isOne();
    assertThat(calls.oldestOpen()).contains(Duration.ZERO);
  }

  @Test
  void anInviteThatIsReadAfterItsVerdictIsNotOpen() {
    calls.add(verdict(1, 1, true, "accepted"));
    calls.invited("call-invites-0@1");

    assertThat(calls.open()).isZero();
  }

  @Test
  void aCallWithoutVerdictIsToldApartOnceNothingCanRing() {
    calls.invited("call-invites-0@1");
    pass(RING_MAX);
    assertThat(calls.open()).isOne();
    assertThat(calls.untold()).isZero();
    pass(Duration.ofSeconds(11));

    assertThat(calls.open()).isZero();
    assertThat(calls.untold()).isOne();
  }

  @Test
  void whateverComesTheMemoryHasItsBounds() {
    for (int i = 0; i < LiveCalls.MAX_REMEMBERED + 1000; i++) {
      calls.invited("call-invites-0@" + (1_000_000 + i));
      calls.add(verdict(i, 1, true, "word" + i % 100));
    }
    for (int attempt = 0; attempt < 2000; attempt++) {
      calls.add(verdict(1_000_000, attempt, false, "retrying"));
    }

    assertThat(calls.remembered()).isEqualTo(LiveCalls.MAX_REMEMBERED);
    assertThat(calls.open()).isEqualTo(LiveCalls.MAX_OPEN);
    assertThat(calls.verdicts()).hasSize(LiveCalls.MAX_WORDS).containsKey("other");
    assertThat(calls.last(Integer.MAX_VALUE)).hasSize(LiveCalls.MAX_SHOWN);
    assertThat(calls.calls()).isEqualTo(LiveCalls.MAX_REMEMBERED + 1000);
  }

  @Test
  void ratesAndTimesAreThoseOfTheLastMinute() {
    for (int i = 0; i < 100; i++) {
      calls.add(verdict(i, 1, true, "accepted", OptionalLong.of(i < 90 ? 10 : 5000)));
    }
    pass(Duration.ofSeconds(10));
    assertThat(calls.callsPerSecond()).isEqualTo(10.0);
    assertThat(calls.millis(0.5)).hasValue(10);
    assertThat(calls.millis(0.95).orElseThrow()).isBetween(4700L, 5000L);

    pass(Duration.ofSeconds(45));
    calls.add(verdict(200, 1, true, "failed", OptionalLong.empty()));
    assertThat(calls.verdictsOfTheMinute()).containsOnlyKeys("accepted", "failed");
    pass(Duration.ofSeconds(10));
    assertThat(calls.verdictsOfTheMinute()).containsOnlyKeys("failed");
    assertThat(calls.callsPerSecond()).isEqualTo(1.0 / 60);
    assertThat(calls.millis(0.5)).isEmpty();
  }

  @Test
  void aMinuteLaterTheSameSecondsCountAnew() {
    calls.add(verdict(1, 1, true, "accepted"));
    pass(Duration.ofSeconds(60));
    calls.add(verdict(2, 1, true, "failed"));

    assertThat(calls.verdictsOfTheMinute()).containsOnlyKeys("failed");
  }

  @Test
  void timesAreKnownToASixteenth() {
    for (long millis : new long[] {0, 1, 15, 16, 31, 32, 33, 85, 999, 4095, 4096, 120_000}) {
      var minute = new PassingMinute(0);
      minute.add("accepted", OptionalLong.of(millis), 0);
      long told = minute.quantile(0.5, 0).orElseThrow();

      assertThat(told).isBetween(millis - millis / 16, millis);
    }
    var minute = new PassingMinute(0);
    minute.add("accepted", OptionalLong.of(Long.MAX_VALUE), 0);
    assertThat(minute.quantile(1, 0).orElseThrow()).isPositive();
  }
}
