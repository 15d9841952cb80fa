package dev.ringpost.health;

import static dev.ringpost.health.HeardCalls.BEGIN;
import static dev.ringpost.health.HeardCalls.DEAF;
import static dev.ringpost.health.HeardCalls.RING;
import static dev.ringpost.health.HeardCalls.device;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalType;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The judgement of calls: in whatever order they are told, and only by what is known whole. */
@Timeout(20)
class OpenCallsTest {

  private final HeardCalls heard = new HeardCalls();

  @BeforeEach
  void othersRing() {
    heard.othersRing(BEGIN.minusSeconds(300));
  }

  @Test
  void aRingMayBeReadBeforeItsResult() {
    AcceptedPush push = heard.push(DEAF, BEGIN, "0123456789ab");
    heard.ringing(push, BEGIN);
    heard.calls.accepted(push);
    heard.judge(push);

    assertThat(heard.written).isEmpty();
  }

  /** A signal may be on its way for as long as the call rings, and some seconds more. */
  @Test
  void nothingIsJudgedBeforeTheCallIsOverAndSettled() {
    AcceptedPush push = heard.accepted(DEAF, BEGIN);
    heard.calls.advance(BEGIN.plus(RING).plusSeconds(9));
    assertThat(heard.written).isEmpty();

    heard.ringing(push, BEGIN.plus(RING));
    heard.judge(push);

    assertThat(heard.written).isEmpty();
  }

  @Test
  void aRingWithoutACalleeIsThatOfTheDeviceInTheCall() {
    AcceptedPush push = heard.accepted(DEAF, BEGIN);
    heard.calls.told(
        new Signal(
            push.call(), Optional.empty(), SignalType.RINGING, Optional.of(DEAF.device()), BEGIN),
        BEGIN);
    heard.judge(push);

    assertThat(heard.written).isEmpty();
  }

  @Test
  void theRingOfAnotherUsersDeviceIsNotThisOnes() {
    AcceptedPush push = heard.accepted(DEAF, BEGIN);
    heard.calls.told(
        new Signal(
            push.call(),
            Optional.of(device("other").user()),
            SignalType.RINGING,
            Optional.of(DEAF.device()),
            BEGIN),
        BEGIN);
    heard.judge(push);

    assertThat(heard.written).containsKey(DEAF);
  }

  @Test
  void theAnswerOfAnotherUserIsNotThisOnes() {
    AcceptedPush push = heard.accepted(DEAF, BEGIN);
    heard.calls.told(
        new Signal(
            push.call(),
            Optional.of(device("other").user()),
            SignalType.ANSWERED,
            Optional.empty(),
            BEGIN.plusSeconds(20)),
        BEGIN.plusSeconds(20));
    heard.judge(push);

    assertThat(heard.written).containsKey(DEAF);
  }

  @Test
  void oneCallCountsOnceHoweverOftenItIsTold() {
    AcceptedPush push = heard.accepted(DEAF, BEGIN);
    heard.calls.accepted(push);
    heard.judge(push);

    assertThat(heard.health(DEAF).unrungCalls()).isOne();
    assertThat(heard.count("unrung") + heard.count("repeated")).isOne();
  }

  /** Kafka keeps signals for minutes; a process that was away for longer does not know them. */
  @Test
  void aCallWhoseSignalsMayBeGoneSaysNothing() {
    heard.calls.signalsFrom(BEGIN.plusSeconds(1));
    heard.unrung(DEAF, BEGIN);

    assertThat(heard.written).isEmpty();
    assertThat(heard.count("signals_gone")).isOne();

    heard.unrung(DEAF, BEGIN.plusSeconds(1));
    assertThat(heard.written).containsKey(DEAF);
  }

  @Test
  void aCallThatRingsTooShortSaysNothing() {
    AcceptedPush push = heard.push(DEAF, BEGIN, "0123456789ab");
    heard.calls.accepted(
        new AcceptedPush(
            push.call(),
            DEAF,
            push.invite(),
            push.token(),
            push.app(),
            push.environment(),
            BEGIN,
            BEGIN,
            BEGIN.plusSeconds(9),
            BEGIN));
    heard.judge(push);

    assertThat(heard.written).isEmpty();
  }

  @Test
  void aCallWithMoreSignalsThanAreKeptSaysNothing() {
    AcceptedPush push = heard.accepted(DEAF, BEGIN);
    for (int i = 0; i <= OpenCalls.MAX_SIGNALS; i++) {
      heard.end(push, SignalType.ENDED, BEGIN.plusSeconds(20).plusMillis(i));
    }
    heard.judge(push);

    assertThat(heard.written).isEmpty();
    assertThat(heard.count("too_many")).isOne();
  }

  @Test
  void whatIsDroppedForWantOfRoomSaysNothing() {
    var few = new HeardCalls(100, 2, Map.of());
    few.othersRing(BEGIN.minusSeconds(300));
    AcceptedPush first = few.accepted(DEAF, BEGIN);
    few.accepted(device("a"), BEGIN);
    few.accepted(device("b"), BEGIN);
    few.judge(first);

    assertThat(few.written).doesNotContainKey(DEAF).hasSize(2);
    assertThat(few.count("too_many")).isOne();
  }

  @Test
  void nothingIsKeptOfACallThatIsJudgedOrThatNoResultFollows() {
    AcceptedPush push = heard.accepted(DEAF, BEGIN);
    heard.ringing(heard.push(device("x"), BEGIN, "0123456789ab"), BEGIN);
    heard.judge(push);
    assertThat(heard.calls.size()).isOne();

    Instant later = BEGIN.plusSeconds(131);
    heard.calls.advance(later);

    assertThat(heard.calls.size()).isZero();
    assertThat(heard.calls.oldest()).isEmpty();
  }
}
