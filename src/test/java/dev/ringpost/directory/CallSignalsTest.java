package dev.ringpost.directory;

import static dev.ringpost.directory.CallSignalsFixture.INVITED;
import static dev.ringpost.directory.CallSignalsFixture.KEEP;
import static dev.ringpost.directory.CallSignalsFixture.PHONE;
import static dev.ringpost.directory.CallSignalsFixture.TABLET;
import static dev.ringpost.directory.CallSignalsFixture.alice;
import static dev.ringpost.directory.CallSignalsFixture.invite;
import static dev.ringpost.directory.CallSignalsFixture.ringing;
import static dev.ringpost.directory.CallSignalsFixture.signal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.events.SignalType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallSignalsTest {

  private final CallSignalsFixture fixture = new CallSignalsFixture();

  /** Call servers choose the ids, and whoever calls may choose them for call servers. */
  @Test
  @Timeout(60)
  void callIdsThatShareAHashAreFoundAboutAsFastAsOthers() {
    int count = 1 << 14;
    List<String> alike =
        IntStream.range(0, count)
            .mapToObj(
                id ->
                    IntStream.range(0, 14)
                        .mapToObj(bit -> (id >> bit & 1) == 0 ? "Aa" : "BB")
                        .collect(Collectors.joining()))
            .toList();
    assertThat(alike.stream().map(String::hashCode).distinct()).hasSize(1);

    assertThat(nanosToEndAndAsk(alike)).isLessThan(TimeUnit.SECONDS.toNanos(3));
  }

  private long nanosToEndAndAsk(List<String> ids) {
    long start = System.nanoTime();
    ids.forEach(id -> fixture.apply("{\"callId\": \"" + id + "\", \"type\": \"ended\"}"));
    assertThat(ids).allMatch(id -> fixture.calls.ended(invite(id, "alice", INVITED)));
    assertThat(ids).noneMatch(id -> fixture.calls.ended(invite(id + "Aa", "alice", INVITED)));
    return System.nanoTime() - start;
  }

  @Test
  void nobodyHasToldAnything() {
    assertThat(fixture.calls.ended(alice())).isFalse();
    assertThat(fixture.calls.rings(alice(), PHONE)).isFalse();
    assertThat(fixture.calls.entries()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = "RINGING", mode = EnumSource.Mode.EXCLUDE)
  void everyOtherSignalThanRingingEndsTheCall(SignalType type) {
    fixture.apply(signal(type.wire(), ", \"deviceId\": \"phone\""));

    assertThat(fixture.calls.ended(alice())).isTrue();
    assertThat(fixture.calls.ended(invite("call", "carol", INVITED))).isTrue();
    assertThat(fixture.calls.ended(invite("other call", "alice", INVITED))).isFalse();
    assertThat(fixture.calls.rings(alice(), PHONE)).isFalse();
  }

  @Test
  void anEndForOneCalleeIsNoneForAnother() {
    fixture.apply(signal("declined", ", \"callee\": \"alice\""));

    assertThat(fixture.calls.ended(alice())).isTrue();
    assertThat(fixture.calls.ended(invite("call", "carol", INVITED))).isFalse();
  }

  @Test
  void ringingIsAWordOfOneDevice() {
    fixture.apply(ringing(", \"callee\": \"alice\""));

    assertThat(fixture.calls.rings(alice(), PHONE)).isTrue();
    assertThat(fixture.calls.rings(alice(), TABLET)).isFalse();
    assertThat(fixture.calls.rings(invite("call", "carol", INVITED), PHONE)).isFalse();
    assertThat(fixture.calls.ended(alice())).isFalse();
  }

  @Test
  void ringingWithoutACalleeConcernsThatDeviceOfEverybody() {
    fixture.apply(ringing(""));

    assertThat(fixture.calls.rings(alice(), PHONE)).isTrue();
    assertThat(fixture.calls.rings(invite("call", "carol", INVITED), PHONE)).isTrue();
    assertThat(fixture.calls.rings(alice(), TABLET)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", \"callee\": \"alice\""})
  void anOldEndDoesNotSilenceANewAttemptWithTheSameCallId(String callee) {
    fixture.apply(signal("cancelled", callee));

    Instant last = INVITED.plus(CallSignals.CLOCK_ALLOWANCE);
    assertThat(fixture.calls.ended(invite("call", "alice", last))).isTrue();
    assertThat(fixture.calls.ended(invite("call", "alice", last.plusMillis(1)))).isFalse();
  }

  @Test
  void ringingIsOfItsOwnAttemptToo() {
    fixture.apply(ringing(""));

    Instant last = INVITED.plus(CallSignals.CLOCK_ALLOWANCE);
    assertThat(fixture.calls.rings(invite("call", "alice", last), PHONE)).isTrue();
    assertThat(fixture.calls.rings(invite("call", "alice", last.plusMillis(1)), PHONE)).isFalse();
  }

  @Test
  void whenItHappenedIsNeverAfterTheRecordsTimestamp() {
    fixture.apply(signal("ended", ", \"at\": \"2099-01-01T00:00:00Z\""));
    assertThat(fixture.calls.ended(invite("call", "alice", INVITED.plusSeconds(3)))).isFalse();

    fixture.apply(signal("ended", ", \"at\": \"2026-11-24T09:59:58Z\""), INVITED.plusSeconds(10));
    assertThat(fixture.calls.ended(invite("call", "alice", INVITED.plusSeconds(3)))).isFalse();

    fixture.apply(signal("ended", ""), INVITED.plusSeconds(10));
    assertThat(fixture.calls.ended(invite("call", "alice", INVITED.plusSeconds(3)))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void neitherOrderNorRepetitionMatters(long seed) {
    List<String> signals = new ArrayList<>();
    for (int second = 0; second < 5; second++) {
      String at = ", \"at\": \"2026-11-24T10:00:0" + second + "Z\"";
      signals.add(signal("ended", ", \"callee\": \"alice\"" + at));
      signals.add(ringing(at));
    }
    signals.addAll(List.copyOf(signals));
    Collections.shuffle(signals, new Random(seed));
    signals.forEach(signal -> fixture.apply(signal, INVITED.plusSeconds(60)));

    Instant last = Instant.parse("2026-11-24T10:00:04Z").plus(CallSignals.CLOCK_ALLOWANCE);
    assertThat(fixture.calls.ended(invite("call", "alice", last))).isTrue();
    assertThat(fixture.calls.rings(invite("call", "alice", last), PHONE)).isTrue();
    assertThat(fixture.calls.ended(invite("call", "alice", last.plusMillis(1)))).isFalse();
    assertThat(fixture.calls.rings(invite("call", "alice", last.plusMillis(1)), PHONE)).isFalse();
    assertThat(fixture.calls.ended(invite("call", "carol", INVITED))).isFalse();
    assertThat(fixture.calls.entries()).isEqualTo(2);
  }

  @Test
  void isKeptWhileTheCallMayRingAndForgottenInAQuietHour() {
    fixture.apply(signal("ended", ""));
    fixture.nanoTime.addAndGet(KEEP.toNanos());
    fixture.calls.atEnd(fixture.nanoTime.get());
    assertThat(fixture.calls.ended(alice())).isTrue();

    fixture.nanoTime.addAndGet(KEEP.toNanos());
    fixture.calls.atEnd(fixture.nanoTime.get());
    assertThat(fixture.calls.ended(alice())).isFalse();
    assertThat(fixture.calls.entries()).isZero();
  }

  @Test
  void tooManySignalsAtOnceAreForgottenTheOldestFirstAndCounted() {
    for (int call = 0; call <= CallSignals.MAX_SIGNALS; call++) {
      fixture.apply("{\"callId\": \"" + call + "\", \"type\": \"ended\"}");
    }

    assertThat(fixture.calls.entries()).isLessThanOrEqualTo(CallSignals.MAX_SIGNALS);
    assertThat(fixture.calls.ended(invite("0", "alice", INVITED))).isFalse();
    assertThat(fixture.calls.ended(invite("" + CallSignals.MAX_SIGNALS, "alice", INVITED)))
        .isTrue();
    assertThat(fixture.calls.ended(invite("" + CallSignals.MAX_SIGNALS / 2, "alice", INVITED)))
        .isTrue();
    assertThat(fixture.registry.get("ringpost.signals.forgotten").counter().count())
        .isEqualTo(CallSignals.MAX_SIGNALS / 2.0);
  }

  @Test
  void whatIsReadIsCountedByTypeAndWhatIsNotByReason() {
    fixture.apply(signal("ended", ""));
    fixture.apply(signal("ended", ""));
    fixture.apply(ringing(""));
    fixture.apply(signal("transferred", ""));
    fixture.apply("nonsense");

    assertThat(fixture.registry.get("ringpost.signals").tag("type", "ended").counter().count())
        .isEqualTo(2);
    assertThat(fixture.registry.get("ringpost.signals").tag("type", "ringing").counter().count())
        .isEqualTo(1);
    assertThat(skipped("unknown_type")).isEqualTo(1);
    assertThat(skipped("not_json")).isEqualTo(1);
    assertThat(fixture.registry.get("ringpost.signals").counters())
        .as("a type that nobody knows is no tag")
        .hasSize(SignalType.values().length);
  }

  private double skipped(String reason) {
    return fixture
        .registry
        .get("ringpost.view.skipped")
        .tag("view", "signals")
        .tag("reason", reason)
        .counter()
        .count();
  }
}
