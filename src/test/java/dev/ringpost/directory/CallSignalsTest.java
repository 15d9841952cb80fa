package dev.ringpost.directory;

import static dev.ringpost.directory.CallSignalsRig.INVITED;
import static dev.ringpost.directory.CallSignalsRig.KEEP;
import static dev.ringpost.directory.CallSignalsRig.PHONE;
import static dev.ringpost.directory.CallSignalsRig.TABLET;
import static dev.ringpost.directory.CallSignalsRig.alice;
import static dev.ringpost.directory.CallSignalsRig.invite;
import static dev.ringpost.directory.CallSignalsRig.ringing;
import static dev.ringpost.directory.CallSignalsRig.signal;
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

  private final CallSignalsRig rig = new CallSignalsRig();

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
    ids.forEach(id -> rig.apply("{\"callId\": \"" + id + "\", \"type\": \"ended\"}"));
    assertThat(ids).allMatch(id -> rig.calls.ended(invite(id, "alice", INVITED)));
    assertThat(ids).noneMatch(id -> rig.calls.ended(invite(id + "Aa", "alice", INVITED)));
    return System.nanoTime() - start;
  }

  @Test
  void nobodyHasToldAnything() {
    assertThat(rig.calls.ended(alice())).isFalse();
    assertThat(rig.calls.rings(alice(), PHONE)).isFalse();
    assertThat(rig.calls.entries()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = "RINGING", mode = EnumSource.Mode.EXCLUDE)
  void everyOtherSignalThanRingingEndsTheCall(SignalType type) {
    rig.apply(signal(type.wire(), ", \"deviceId\": \"phone\""));

    assertThat(rig.calls.ended(alice())).isTrue();
    assertThat(rig.calls.ended(invite("call", "carol", INVITED))).isTrue();
    assertThat(rig.calls.ended(invite("other call", "alice", INVITED))).isFalse();
    assertThat(rig.calls.rings(alice(), PHONE)).isFalse();
  }

  @Test
  void anEndForOneCalleeIsNoneForAnother() {
    rig.apply(signal("declined", ", \"callee\": \"alice\""));

    assertThat(rig.calls.ended(alice())).isTrue();
    assertThat(rig.calls.ended(invite("call", "carol", INVITED))).isFalse();
  }

  @Test
  void ringingIsAWordOfOneDevice() {
    rig.apply(ringing(", \"callee\": \"alice\""));

    assertThat(rig.calls.rings(alice(), PHONE)).isTrue();
    assertThat(rig.calls.rings(alice(), TABLET)).isFalse();
    assertThat(rig.calls.rings(invite("call", "carol", INVITED), PHONE)).isFalse();
    assertThat(rig.calls.ended(alice())).isFalse();
  }

  @Test
  void ringingWithoutACalleeConcernsThatDeviceOfEverybody() {
    rig.apply(ringing(""));

    assertThat(rig.calls.rings(alice(), PHONE)).isTrue();
    assertThat(rig.calls.rings(invite("call", "carol", INVITED), PHONE)).isTrue();
    assertThat(rig.calls.rings(alice(), TABLET)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", \"callee\": \"alice\""})
  void anOldEndDoesNotSilenceANewAttemptWithTheSameCallId(String callee) {
    rig.apply(signal("cancelled", callee));

    Instant last = INVITED.plus(CallSignals.CLOCK_ALLOWANCE);
    assertThat(rig.calls.ended(invite("call", "alice", last))).isTrue();
    assertThat(rig.calls.ended(invite("call", "alice", last.plusMillis(1)))).isFalse();
  }

  @Test
  void ringingIsOfItsOwnAttemptToo() {
    rig.apply(ringing(""));

    Instant last = INVITED.plus(CallSignals.CLOCK_ALLOWANCE);
    assertThat(rig.calls.rings(invite("call", "alice", last), PHONE)).isTrue();
    assertThat(rig.calls.rings(invite("call", "alice", last.plusMillis(1)), PHONE)).isFalse();
  }

  @Test
  void whenItHappenedIsNeverAfterTheRecordsTimestamp() {
    rig.apply(signal("ended", ", \"at\": \"2099-01-01T00:00:00Z\""));
    assertThat(rig.calls.ended(invite("call", "alice", INVITED.plusSeconds(3)))).isFalse();

    rig.apply(signal("ended", ", \"at\": \"2026-11-24T09:59:58Z\""), INVITED.plusSeconds(10));
    assertThat(rig.calls.ended(invite("call", "alice", INVITED.plusSeconds(3)))).isFalse();

    rig.apply(signal("ended", ""), INVITED.plusSeconds(10));
    assertThat(rig.calls.ended(invite("call", "alice", INVITED.plusSeconds(3)))).isTrue();
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
    signals.forEach(signal -> rig.apply(signal, INVITED.plusSeconds(60)));

    Instant last = Instant.parse("2026-11-24T10:00:04Z").plus(CallSignals.CLOCK_ALLOWANCE);
    assertThat(rig.calls.ended(invite("call", "alice", last))).isTrue();
    assertThat(rig.calls.rings(invite("call", "alice", last), PHONE)).isTrue();
    assertThat(rig.calls.ended(invite("call", "alice", last.plusMillis(1)))).isFalse();
    assertThat(rig.calls.rings(invite("call", "alice", last.plusMillis(1)), PHONE)).isFalse();
    assertThat(rig.calls.ended(invite("call", "carol", INVITED))).isFalse();
    assertThat(rig.calls.entries()).isEqualTo(2);
  }

  @Test
  void isKeptWhileTheCallMayRingAndForgottenInAQuietHour() {
    rig.apply(signal("ended", ""));
    rig.nanoTime.addAndGet(KEEP.toNanos());
    rig.calls.atEnd(rig.nanoTime.get());
    assertThat(rig.calls.ended(alice())).isTrue();

    rig.nanoTime.addAndGet(KEEP.toNanos());
    rig.calls.atEnd(rig.nanoTime.get());
    assertThat(rig.calls.ended(alice())).isFalse();
    assertThat(rig.calls.entries()).isZero();
  }

  @Test
  void tooManySignalsAtOnceAreForgottenTheOldestFirstAndCounted() {
    for (int call = 0; call <= CallSignals.MAX_SIGNALS; call++) {
      rig.apply("{\"callId\": \"" + call + "\", \"type\": \"ended\"}");
    }

    assertThat(rig.calls.entries()).isLessThanOrEqualTo(CallSignals.MAX_SIGNALS);
    assertThat(rig.calls.ended(invite("0", "alice", INVITED))).isFalse();
    assertThat(rig.calls.ended(invite("" + CallSignals.MAX_SIGNALS, "alice", INVITED))).isTrue();
    assertThat(rig.calls.ended(invite("" + CallSignals.MAX_SIGNALS / 2, "alice", INVITED)))
        .isTrue();
    assertThat(rig.registry.get("ringpost.signals.forgotten").counter().count())
        .isEqualTo(CallSignals.MAX_SIGNALS / 2.0);
  }

  @Test
  void whatIsReadIsCountedByTypeAndWhatIsNotByReason() {
    rig.apply(signal("ended", ""));
    rig.apply(signal("ended", ""));
    rig.apply(ringing(""));
    rig.apply(signal("transferred", ""));
    rig.apply("nonsense");

    assertThat(rig.registry.get("ringpost.signals").tag("type", "ended").counter().count())
        .isEqualTo(2);
    assertThat(rig.registry.get("ringpost.signals").tag("type", "ringing").counter().count())
        .isEqualTo(1);
    assertThat(skipped("unknown_type")).isEqualTo(1);
    assertThat(skipped("not_json")).isEqualTo(1);
    assertThat(rig.registry.get("ringpost.signals").counters())
        .as("a type that nobody knows is no tag")
        .hasSize(SignalType.values().length);
  }

  private double skipped(String reason) {
    return rig.registry
        .get("ringpost.view.skipped")
        .tag("view", "signals")
        .tag("reason", reason)
        .counter()
        .count();
  }
}
