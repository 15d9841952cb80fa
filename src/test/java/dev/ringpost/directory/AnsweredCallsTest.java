package dev.ringpost.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.UserId;
import dev.ringpost.delivery.missed.CallFates.Fate;
import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalType;
import dev.ringpost.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The fates of calls, by the signals that were read. */
class AnsweredCallsTest {

  private static final Instant INVITED = CallSignalsFixture.INVITED;
  private static final Duration KEPT = Duration.ofMinutes(7);

  private static final int MOST = 8;

  private final SettableClock clock = new SettableClock(INVITED);
  private final AtomicLong nanoTime = new AtomicLong();
  private final AnsweredCalls calls = new AnsweredCalls(MOST, KEPT, clock, nanoTime::get);

  private static CallInvite alice() {
    return CallSignalsFixture.alice();
  }

  private void tell(String call, String callee, SignalType type, Instant at) {
    calls.tell(
        new Signal(
            new CallId(call),
            Optional.of(callee).filter(it -> !it.isEmpty()).map(UserId::new),
            type,
            Optional.empty(),
            at));
  }

  private void pass(Duration time) {
    clock.advance(time);
    nanoTime.addAndGet(time.toNanos());
  }

  @Test
  void withoutAnyAnswerNothingIsKnown() {
    assertThat(calls.of(alice())).isEqualTo(Fate.UNTOLD);
    tell("other", "", SignalType.RINGING, INVITED);
    tell("call", "", SignalType.ENDED, INVITED);
    assertThat(calls.of(alice()))
        .as("an end may be that of an answered call")
        .isEqualTo(Fate.UNTOLD);

    tell("other", "", SignalType.ANSWERED, INVITED);
    assertThat(calls.of(alice())).isEqualTo(Fate.UNANSWERED);
  }

  @Test
  void aCallerWhoGaveUpWasNotAnsweredWhateverElseIsTold() {
    tell("call", "alice", SignalType.CANCELLED, INVITED.plusSeconds(9));

    assertThat(calls.of(alice())).isEqualTo(Fate.UNANSWERED);
    assertThat(calls.of(CallSignalsFixture.invite("call", "carol", INVITED)))
        .isEqualTo(Fate.UNTOLD);
  }

  @ParameterizedTest
  @EnumSource(
      value = SignalType.class,
      names = {"CANCELLED", "ENDED", "RINGING"})
  void anAnswerOfWhomeverIsAnAnswerInWhateverOrder(SignalType other) {
    tell("call", "", other, INVITED.plusSeconds(5));
    tell("call", "carol", SignalType.ANSWERED, INVITED.plusSeconds(3));
    tell("call", "", other, INVITED.plusSeconds(6));

    assertThat(calls.of(alice())).isEqualTo(Fate.ANSWERED);
  }

  @Test
  void whoDeclinedKnowsOfTheCallAndTheOthersDoNot() {
    tell("other", "", SignalType.ANSWERED, INVITED);
    tell("call", "alice", SignalType.DECLINED, INVITED.plusSeconds(3));

    assertThat(calls.of(alice())).isEqualTo(Fate.DECLINED);
    assertThat(calls.of(CallSignalsFixture.invite("call", "carol", INVITED)))
        .isEqualTo(Fate.UNANSWERED);
  }

  @ParameterizedTest
  @EnumSource(
      value = SignalType.class,
      names = {"ANSWERED", "DECLINED", "CANCELLED", "ENDED"})
  void aCallIsOverOnceItsEndIsToldForEverybody(SignalType end) {
    tell("call", "", SignalType.RINGING, INVITED);
    assertThat(calls.isOver(alice())).isFalse();

    tell("call", "", end, INVITED.plusSeconds(1));
    assertThat(calls.isOver(alice())).isTrue();
    assertThat(calls.isOver(CallSignalsFixture.invite("call", "alice", INVITED.plusSeconds(9))))
        .as("the next attempt")
        .isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = SignalType.class,
      names = {"DECLINED", "CANCELLED", "ENDED"})
  void whatEndsForOneCalleeMayGoOnForOthers(SignalType end) {
    tell("call", "alice", end, INVITED.plusSeconds(1));

    assertThat(calls.isOver(alice())).isFalse();
  }

  @Test
  void endsTakeNoRoomOfAnswers() {
    for (int number = 0; number < 8; number++) {
      tell("other-" + number, "", SignalType.ANSWERED, INVITED);
      tell("other-" + number, "", SignalType.ENDED, INVITED);
    }

    assertThat(calls.of(CallSignalsFixture.invite("other-0", "alice", INVITED)))
        .isEqualTo(Fate.ANSWERED);
  }

  @Test
  void anAnswerOfAnEarlierAttemptIsNone() {
    tell("call", "alice", SignalType.ANSWERED, INVITED.minusSeconds(60));

    assertThat(calls.of(alice())).isEqualTo(Fate.UNANSWERED);
  }

  @Test
  void aCallFromBeforeWhatIsKnownIsForgotten() {
    tell("other", "", SignalType.ANSWERED, INVITED);
    CallInvite before =
        CallSignalsFixture.invite("call", "alice", INVITED.minus(KEPT).minusMillis(1));
    assertThat(calls.of(before)).isEqualTo(Fate.FORGOTTEN);

    pass(KEPT);
    assertThat(calls.of(alice())).isEqualTo(Fate.UNANSWERED);
    pass(Duration.ofMillis(1));
    assertThat(calls.of(alice())).isEqualTo(Fate.FORGOTTEN);
  }

  @Test
  void anAnswerIsRememberedForAsLongAsCallsAreJudged() {
    tell("call", "alice", SignalType.ANSWERED, INVITED.plusSeconds(1));
    pass(KEPT.minusSeconds(1));

    assertThat(calls.of(alice())).isEqualTo(Fate.ANSWERED);
  }

  /** Whose answer was forgotten would be told a missed call. */
  @Test
  void ofCallsWhoseSignalsHadToGoNothingIsSaid() {
    tell("call", "alice", SignalType.ANSWERED, INVITED);
    pass(Duration.ofSeconds(1));
    for (int number = 0; number < 20; number++) {
      tell("other-" + number, "", SignalType.ANSWERED, INVITED);
    }

    assertThat(calls.of(alice())).isEqualTo(Fate.FORGOTTEN);
    assertThat(calls.of(CallSignalsFixture.invite("new", "alice", INVITED.plusSeconds(4))))
        .isEqualTo(Fate.UNANSWERED);
  }

  /** At some 160 signals a second a missed call could be told as little as every second one. */
  @Test
  void ofCallsWhoseSignalsStayEverythingIsSaid() {
    for (int half = 0; half < 3; half++) {
      for (int number = 0; number < MOST / 2; number++) {
        tell("other-" + half + "-" + number, "", SignalType.ANSWERED, clock.instant());
      }
      pass(Duration.ofSeconds(10));
    }
    CallInvite made = CallSignalsFixture.invite("made", "alice", INVITED.plusSeconds(23));
    CallInvite before = CallSignalsFixture.invite("made", "alice", INVITED.plusSeconds(17));
    tell("one-more", "", SignalType.ANSWERED, clock.instant());

    assertThat(calls.of(made)).isEqualTo(Fate.UNANSWERED);
    assertThat(calls.of(before)).isEqualTo(Fate.FORGOTTEN);
  }

  @Test
  void asLongAsNothingIsGoneEverythingIsKnown() {
    for (int number = 0; number < MOST / 2 + 1; number++) {
      tell("other-" + number, "", SignalType.ANSWERED, INVITED);
    }
    pass(Duration.ofSeconds(1));

    assertThat(calls.of(alice())).isEqualTo(Fate.UNANSWERED);
  }
}
