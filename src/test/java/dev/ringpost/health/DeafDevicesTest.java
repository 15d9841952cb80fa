package dev.ringpost.health;

import static dev.ringpost.health.HeardCalls.BEGIN;
import static dev.ringpost.health.HeardCalls.DEAF;
import static dev.ringpost.health.HeardCalls.device;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.DeviceKey;
import dev.ringpost.events.SignalType;
import dev.ringpost.events.health.DeviceHealth;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules by which a device is called deaf, each with what it protects from. */
@Timeout(20)
class DeafDevicesTest {

  private static final Duration HALF_A_DAY = Duration.ofHours(12);

  private final HeardCalls heard = new HeardCalls();

  /** Calls every twelve hours, beside others that ring. */
  private Instant call(DeviceKey device, int times, Instant from) {
    Instant at = from;
    for (int i = 0; i < times; i++) {
      heard.othersRing(at.minusSeconds(60));
      heard.unrung(device, at);
      at = at.plus(HALF_A_DAY);
    }
    return at;
  }

  private boolean isDeaf() {
    DeviceHealth health = heard.written.get(DEAF);
    return health != null && health.deaf();
  }

  @Test
  void fiveUnrungCallsInARowOverTwoDaysMakeADeviceDeaf() {
    call(DEAF, 4, BEGIN);
    assertThat(isDeaf()).isFalse();

    call(DEAF, 1, BEGIN.plus(HALF_A_DAY.multipliedBy(4)));

    assertThat(heard.health(DEAF))
        .satisfies(it -> assertThat(it.deaf()).isTrue())
        .satisfies(it -> assertThat(it.unrungCalls()).isEqualTo(5))
        .satisfies(it -> assertThat(it.since()).isEqualTo(BEGIN))
        .satisfies(it -> assertThat(it.at()).isEqualTo(BEGIN.plus(Duration.ofDays(2))));
    assertThat(heard.runs.deaf()).isOne();
    assertThat(heard.counted("ringpost.health.found.deaf")).isOne();
    assertThat(heard.written).as("none that rings").containsOnlyKeys(DEAF);
  }

  /** A phone that is off for an evening gets many calls. */
  @Test
  void manyCallsInAShortTimeMakeNobodyDeaf() {
    for (int i = 0; i < 20; i++) {
      heard.othersRing(BEGIN.plusSeconds(60L * i));
      heard.unrung(DEAF, BEGIN.plusSeconds(60L * i));
    }

    assertThat(isDeaf()).isFalse();
    assertThat(heard.health(DEAF).unrungCalls()).isEqualTo(20);
  }

  /** A phone that was off at its few calls of a week. */
  @Test
  void fewCallsOverALongTimeMakeNobodyDeaf() {
    for (int i = 0; i < 4; i++) {
      heard.othersRing(BEGIN.plus(Duration.ofDays(i)));
      heard.unrung(DEAF, BEGIN.plus(Duration.ofDays(i)));
    }

    assertThat(isDeaf()).isFalse();
    assertThat(heard.health(DEAF).unrungCalls()).isEqualTo(4);
  }

  @Test
  void aRingInBetweenBeginsAnew() {
    Instant at = call(DEAF, 4, BEGIN);
    heard.rang(DEAF, at);
    assertThat(heard.written).doesNotContainKey(DEAF);

    call(DEAF, 4, at.plus(HALF_A_DAY));

    assertThat(isDeaf()).isFalse();
  }

  @Test
  void aDeafDeviceThatRingsHearsAgain() {
    Instant at = call(DEAF, 6, BEGIN);
    assertThat(isDeaf()).isTrue();

    heard.rang(DEAF, at);

    assertThat(heard.health(DEAF))
        .satisfies(it -> assertThat(it.deaf()).isFalse())
        .satisfies(it -> assertThat(it.unrungCalls()).isZero());
    assertThat(heard.runs.deaf()).isZero();
    assertThat(heard.counted("ringpost.health.hears.again")).isOne();
  }

  /** A phone that is awake rings over its live socket, and no push is sent for it. */
  @Test
  void aRingWithoutAPushCountsToo() {
    Instant at = call(DEAF, 6, BEGIN);

    heard.ringing(heard.push(DEAF, at, "0123456789ab"), at);

    assertThat(isDeaf()).isFalse();
  }

  @Test
  void aNewTokenBeginsAnew() {
    Instant at = call(DEAF, 6, BEGIN);
    heard.othersRing(at);
    AcceptedPush push = heard.push(DEAF, at, "ba9876543210");
    heard.calls.accepted(push);
    heard.judge(push);

    assertThat(heard.health(DEAF))
        .satisfies(it -> assertThat(it.deaf()).isFalse())
        .satisfies(it -> assertThat(it.token().value()).isEqualTo("ba9876543210"))
        .satisfies(it -> assertThat(it.unrungCalls()).isOne());
  }

  /** A call server that stops to tell of ringing must make no phone deaf. */
  @Test
  void whereNobodyRingsNobodyIsDeaf() {
    for (int day = 0; day < 10; day++) {
      for (int user = 0; user < 20; user++) {
        heard.unrung(device("user-" + user), BEGIN.plus(Duration.ofDays(day)));
      }
    }

    assertThat(heard.written).isEmpty();
    assertThat(heard.count("others_silent")).isEqualTo(200);
  }

  /** What rang before the outage speaks for half the span only, however quiet the platform is. */
  @Test
  void whatRangLongAgoSpeaksForNobody() {
    heard.othersRing(BEGIN);
    for (int i = 1; i < 12; i++) {
      heard.unrung(DEAF, BEGIN.plus(HALF_A_DAY.multipliedBy(i)));
    }

    assertThat(isDeaf()).isFalse();
    assertThat(heard.health(DEAF).unrungCalls()).isEqualTo(2);
  }

  /** A test device may answer by itself, where everybody else is not told of. */
  @Test
  void oneThatRingsAloneSpeaksForNobody() {
    for (int i = 0; i < 8; i++) {
      Instant at = BEGIN.plus(HALF_A_DAY.multipliedBy(i));
      heard.rang(device("robot"), at);
      heard.unrung(DEAF, at);
    }

    assertThat(heard.written).isEmpty();
  }

  /** Its own ring of yesterday is not one of the others'. */
  @Test
  void aDeviceIsNoneOfTheOthers() {
    heard.rang(device("robot"), BEGIN);
    heard.rang(DEAF, BEGIN);
    heard.unrung(DEAF, BEGIN.plusSeconds(60));

    assertThat(heard.written).isEmpty();
  }

  /** Fewer than one in four: more likely something else is broken. */
  @Test
  void fewThatRingAmongManySpeakForNobody() {
    for (int i = 0; i < 8; i++) {
      Instant at = BEGIN.plus(HALF_A_DAY.multipliedBy(i));
      heard.rang(device("one"), at);
      heard.rang(device("two"), at);
      for (int user = 0; user < 9; user++) {
        heard.unrung(device("user-" + user), at);
      }
    }

    assertThat(heard.written.values()).noneMatch(DeviceHealth::deaf);
  }

  @Test
  void aCallThatEndedBeforeTheDeviceCouldRingSaysNothing() {
    for (int i = 0; i < 8; i++) {
      Instant at = BEGIN.plus(HALF_A_DAY.multipliedBy(i));
      heard.othersRing(at);
      AcceptedPush push = heard.accepted(DEAF, at);
      heard.end(push, i % 2 == 0 ? SignalType.ANSWERED : SignalType.CANCELLED, at.plusSeconds(9));
      heard.judge(push);
    }

    assertThat(heard.written).isEmpty();
    assertThat(heard.count("ended_early")).isEqualTo(8);
  }

  @Test
  void aCallThatEndedWhenTheDeviceHadHadItsTimeCounts() {
    heard.othersRing(BEGIN);
    AcceptedPush push = heard.accepted(DEAF, BEGIN);
    heard.end(push, SignalType.CANCELLED, BEGIN.plusSeconds(10));
    heard.judge(push);

    assertThat(heard.written).containsKey(DEAF);
  }

  /** Nobody tells on which device: it may be this one, whose app tells of no ringing. */
  @Test
  void aCallThatWasAnsweredSaysNothingHoweverLateThatWas() {
    for (int i = 0; i < 8; i++) {
      Instant at = BEGIN.plus(HALF_A_DAY.multipliedBy(i));
      heard.othersRing(at);
      AcceptedPush push = heard.accepted(DEAF, at);
      heard.end(push, SignalType.ANSWERED, at.plusSeconds(20));
      heard.judge(push);
    }

    assertThat(heard.written).isEmpty();
  }

  /** The end of a former attempt with the same Call-ID is not this call's. */
  @Test
  void anEarlierEndOfTheSameCallIdIsNotThisOnes() {
    heard.othersRing(BEGIN);
    AcceptedPush push = heard.push(DEAF, BEGIN, "0123456789ab");
    heard.end(push, SignalType.CANCELLED, BEGIN.minusSeconds(3));
    heard.calls.accepted(push);
    heard.judge(push);

    assertThat(heard.written).containsKey(DEAF);
  }

  /** Some minutes before what was judged last are read again. */
  @Test
  void whatIsReadAgainAfterARestartChangesNothing() {
    call(DEAF, 5, BEGIN);
    var again = new HeardCalls(100, 100, Map.copyOf(heard.written));
    Instant at = BEGIN.plus(HALF_A_DAY.multipliedBy(4));
    again.othersRing(at.minusSeconds(60));
    again.unrung(DEAF, at);

    assertThat(again.writes).isZero();
    assertThat(again.count("repeated")).isOne();
    assertThat(again.runs.deaf()).isOne();
  }

  /** As it is read again, too. */
  @Test
  void aRingBeforeTheRunDoesNotEndIt() {
    call(DEAF, 5, BEGIN);

    heard.ringing(heard.push(DEAF, BEGIN, "0123456789ab"), BEGIN.minusSeconds(1));

    assertThat(isDeaf()).isTrue();
  }

  @Test
  void aRunGoesOnAfterARestart() {
    call(DEAF, 4, BEGIN);
    var again = new HeardCalls(100, 100, Map.copyOf(heard.written));
    Instant at = BEGIN.plus(Duration.ofDays(2));
    again.othersRing(at);
    again.unrung(DEAF, at);

    assertThat(again.health(DEAF).deaf()).isTrue();
  }

  @Test
  void thoseWhoseLastCallIsOldestGoFirst() {
    var few = new HeardCalls(2, 100, Map.of());
    few.othersRing(BEGIN);
    for (String user : new String[] {"a", "b", "a", "c"}) {
      few.unrung(device(user), BEGIN.plusSeconds(few.writes + 1L));
    }

    assertThat(few.runs.watched()).isEqualTo(2);
    assertThat(few.counted("ringpost.health.devices.forgotten")).isOne();
    few.unrung(device("a"), BEGIN.plusSeconds(60));
    assertThat(few.health(device("a")).unrungCalls()).isEqualTo(3);
  }
}
