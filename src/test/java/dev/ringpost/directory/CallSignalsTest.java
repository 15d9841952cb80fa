package dev.ringpost.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.Caller;
import dev.ringpost.call.CustomFields;
import dev.ringpost.call.Deadline;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Media;
import dev.ringpost.call.UserId;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.SettableClock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallSignalsTest {

  private static final Instant INVITED = Instant.parse("2026-11-24T10:00:00.250Z");
  private static final Duration KEEP = Duration.ofMinutes(2);
  private static final DeviceId PHONE = new DeviceId("phone");
  private static final DeviceId TABLET = new DeviceId("tablet");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final DirectoryMeters meters = new DirectoryMeters(new Telemetry(registry));
  private final SettableClock clock = new SettableClock(INVITED);
  private final AtomicLong nanoTime = new AtomicLong();
  private final CallSignals calls =
      new CallSignals(
          KEEP, new Skips("signals", meters, nanoTime::get), meters, clock, nanoTime::get);

  private static CallInvite invite(String call, String callee, Instant invitedAt) {
    var id = new CallId(call);
    return new CallInvite(
        id,
        CallUuid.from(id),
        new UserId(callee),
        Caller.of("sip:bob@example.com", Optional.empty()),
        Media.AUDIO,
        invitedAt,
        new Deadline(invitedAt.plusSeconds(30)),
        Optional.empty(),
        Set.of(),
        CustomFields.NONE);
  }

  private static CallInvite alice() {
    return invite("call", "alice", INVITED);
  }

  private static String signal(String type, String more) {
    return "{\"callId\": \"call\", \"type\": \"" + type + "\"" + more + "}";
  }

  private static String ringing(String more) {
    return signal("ringing", ", \"deviceId\": \"phone\"" + more);
  }

  private void apply(String value) {
    apply(value, INVITED);
  }

  private void apply(String value, Instant timestamp) {
    calls.apply(
        new ConsumerRecord<>(
            "call-signals",
            0,
            0,
            timestamp.toEpochMilli(),
            TimestampType.LOG_APPEND_TIME,
            0,
            0,
            "call".getBytes(UTF_8),
            value.getBytes(UTF_8),
            new RecordHeaders(),
            Optional.empty()));
  }

  private void passTo(Instant now) {
    clock.advance(Duration.between(clock.instant(), now));
  }

  private Timer ringThrough() {
    return registry.get("ringpost.ring.through").timer();
  }

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
    ids.forEach(id -> apply("{\"callId\": \"" + id + "\", \"type\": \"ended\"}"));
    assertThat(ids).allMatch(id -> calls.ended(invite(id, "alice", INVITED)));
    assertThat(ids).noneMatch(id -> calls.ended(invite(id + "Aa", "alice", INVITED)));
    return System.nanoTime() - start;
  }

  @Test
  void nobodyHasToldAnything() {
    assertThat(calls.ended(alice())).isFalse();
    assertThat(calls.rings(alice(), PHONE)).isFalse();
    assertThat(calls.entries()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = "RINGING", mode = EnumSource.Mode.EXCLUDE)
  void everyOtherSignalThanRingingEndsTheCall(SignalType type) {
    apply(signal(type.wire(), ", \"deviceId\": \"phone\""));

    assertThat(calls.ended(alice())).isTrue();
    assertThat(calls.ended(invite("call", "carol", INVITED))).isTrue();
    assertThat(calls.ended(invite("other call", "alice", INVITED))).isFalse();
    assertThat(calls.rings(alice(), PHONE)).isFalse();
  }

  @Test
  void anEndForOneCalleeIsNoneForAnother() {
    apply(signal("declined", ", \"callee\": \"alice\""));

    assertThat(calls.ended(alice())).isTrue();
    assertThat(calls.ended(invite("call", "carol", INVITED))).isFalse();
  }

  @Test
  void ringingIsAWordOfOneDevice() {
    apply(ringing(", \"callee\": \"alice\""));

    assertThat(calls.rings(alice(), PHONE)).isTrue();
    assertThat(calls.rings(alice(), TABLET)).isFalse();
    assertThat(calls.rings(invite("call", "carol", INVITED), PHONE)).isFalse();
    assertThat(calls.ended(alice())).isFalse();
  }

  @Test
  void ringingWithoutACalleeConcernsThatDeviceOfEverybody() {
    apply(ringing(""));

    assertThat(calls.rings(alice(), PHONE)).isTrue();
    assertThat(calls.rings(invite("call", "carol", INVITED), PHONE)).isTrue();
    assertThat(calls.rings(alice(), TABLET)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", \"callee\": \"alice\""})
  void anOldEndDoesNotSilenceANewAttemptWithTheSameCallId(String callee) {
    apply(signal("cancelled", callee));

    Instant last = INVITED.plus(CallSignals.CLOCK_ALLOWANCE);
    assertThat(calls.ended(invite("call", "alice", last))).isTrue();
    assertThat(calls.ended(invite("call", "alice", last.plusMillis(1)))).isFalse();
  }

  @Test
  void ringingIsOfItsOwnAttemptToo() {
    apply(ringing(""));

    Instant last = INVITED.plus(CallSignals.CLOCK_ALLOWANCE);
    assertThat(calls.rings(invite("call", "alice", last), PHONE)).isTrue();
    assertThat(calls.rings(invite("call", "alice", last.plusMillis(1)), PHONE)).isFalse();
  }

  @Test
  void whenItHappenedIsNeverAfterTheRecordsTimestamp() {
    apply(signal("ended", ", \"at\": \"2099-01-01T00:00:00Z\""));
    assertThat(calls.ended(invite("call", "alice", INVITED.plusSeconds(3)))).isFalse();

    apply(signal("ended", ", \"at\": \"2026-11-24T09:59:58Z\""), INVITED.plusSeconds(10));
    assertThat(calls.ended(invite("call", "alice", INVITED.plusSeconds(3)))).isFalse();

    apply(signal("ended", ""), INVITED.plusSeconds(10));
    assertThat(calls.ended(invite("call", "alice", INVITED.plusSeconds(3)))).isTrue();
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
    signals.forEach(signal -> apply(signal, INVITED.plusSeconds(60)));

    Instant last = Instant.parse("2026-11-24T10:00:04Z").plus(CallSignals.CLOCK_ALLOWANCE);
    assertThat(calls.ended(invite("call", "alice", last))).isTrue();
    assertThat(calls.rings(invite("call", "alice", last), PHONE)).isTrue();
    assertThat(calls.ended(invite("call", "alice", last.plusMillis(1)))).isFalse();
    assertThat(calls.rings(invite("call", "alice", last.plusMillis(1)), PHONE)).isFalse();
    assertThat(calls.ended(invite("call", "carol", INVITED))).isFalse();
    assertThat(calls.entries()).isEqualTo(2);
  }

  @Test
  void isKeptWhileTheCallMayRingAndForgottenInAQuietHour() {
    apply(signal("ended", ""));
    nanoTime.addAndGet(KEEP.toNanos());
    calls.atEnd(nanoTime.get());
    assertThat(calls.ended(alice())).isTrue();

    nanoTime.addAndGet(KEEP.toNanos());
    calls.atEnd(nanoTime.get());
    assertThat(calls.ended(alice())).isFalse();
    assertThat(calls.entries()).isZero();
  }

  @Test
  void tooManySignalsAtOnceAreForgottenTheOldestFirstAndCounted() {
    for (int call = 0; call <= CallSignals.MAX_SIGNALS; call++) {
      apply("{\"callId\": \"" + call + "\", \"type\": \"ended\"}");
    }

    assertThat(calls.entries()).isLessThanOrEqualTo(CallSignals.MAX_SIGNALS);
    assertThat(calls.ended(invite("0", "alice", INVITED))).isFalse();
    assertThat(calls.ended(invite("" + CallSignals.MAX_SIGNALS, "alice", INVITED))).isTrue();
    assertThat(calls.ended(invite("" + CallSignals.MAX_SIGNALS / 2, "alice", INVITED))).isTrue();
    assertThat(registry.get("ringpost.signals.forgotten").counter().count())
        .isEqualTo(CallSignals.MAX_SIGNALS / 2.0);
  }

  @Test
  void whatIsReadIsCountedByTypeAndWhatIsNotByReason() {
    apply(signal("ended", ""));
    apply(signal("ended", ""));
    apply(ringing(""));
    apply(signal("transferred", ""));
    apply("nonsense");

    assertThat(registry.get("ringpost.signals").tag("type", "ended").counter().count())
        .isEqualTo(2);
    assertThat(registry.get("ringpost.signals").tag("type", "ringing").counter().count())
        .isEqualTo(1);
    assertThat(skipped("unknown_type")).isEqualTo(1);
    assertThat(skipped("not_json")).isEqualTo(1);
    assertThat(registry.get("ringpost.signals").counters())
        .as("a type that nobody knows is no tag")
        .hasSize(SignalType.values().length);
  }

  private double skipped(String reason) {
    return registry
        .get("ringpost.view.skipped")
        .tag("view", "signals")
        .tag("reason", reason)
        .counter()
        .count();
  }

  /** Pushes are noted only once somebody tells of ringing. */
  private void otherCallRings() {
    apply("{\"callId\": \"other\", \"type\": \"ringing\", \"deviceId\": \"phone\"}");
  }

  @Test
  void pushesAreNotNotedBeforeAnybodyTellsOfRinging() {
    calls.written(alice(), PHONE, INVITED.plusMillis(40));
    apply(signal("answered", ", \"deviceId\": \"phone\""));
    calls.written(alice(), PHONE, INVITED.plusMillis(40));
    apply(ringing(""), INVITED.plusMillis(1030));
    assertThat(ringThrough().count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", \"callee\": \"alice\""})
  void theTimeFromThePushToTheRingingIsMeasuredOnce(String callee) {
    otherCallRings();
    calls.written(alice(), PHONE, INVITED.plusMillis(40));
    passTo(INVITED.plusMillis(1040));
    apply(ringing(callee), INVITED.plusMillis(1030));
    passTo(INVITED.plusMillis(5000));
    apply(ringing(callee), INVITED.plusMillis(5000));
    calls.written(alice(), PHONE, INVITED.plusMillis(2000));
    calls.written(alice(), TABLET, INVITED.plusMillis(2000));

    assertThat(ringThrough().count()).isEqualTo(1);
    assertThat(ringThrough().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", \"callee\": \"alice\""})
  void aSignalThatWasReadBeforeItsPushWasNotedCountsToo(String callee) {
    passTo(INVITED.plusMillis(1040));
    apply(ringing(callee), INVITED.plusMillis(1030));
    calls.written(alice(), PHONE, INVITED.plusMillis(540));

    assertThat(ringThrough().count()).isEqualTo(1);
    assertThat(ringThrough().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(500);
  }

  @Test
  void whatRangBeforeItWasPushedDoesNotRingBecauseOfThePush() {
    apply(ringing(""));
    calls.written(alice(), PHONE, INVITED.plusMillis(1));

    assertThat(ringThrough().count()).isZero();
  }

  @Test
  void aPushIsMeasuredByItsOwnCallCalleeDeviceAndAttemptOnly() {
    otherCallRings();
    CallInvite later = invite("call", "alice", INVITED.plusSeconds(3));
    calls.written(later, PHONE, INVITED.minusSeconds(1));
    apply(ringing(", \"callee\": \"carol\""), INVITED.plusSeconds(9));
    apply(signal("answered", ", \"deviceId\": \"phone\""), INVITED.plusSeconds(9));
    apply(ringing(""), INVITED);
    assertThat(ringThrough().count()).isZero();

    apply(ringing(""), INVITED.plusSeconds(4));
    assertThat(ringThrough().count()).isEqualTo(1);
  }
}
