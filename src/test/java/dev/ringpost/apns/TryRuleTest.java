package dev.ringpost.apns;

import static dev.ringpost.apns.wire.ReasonTable.TokenWord.KNOWN;
import static dev.ringpost.apns.wire.ReasonTable.TokenWord.NONE;
import static dev.ringpost.apns.wire.ReasonTable.TokenWord.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.TryRule.AfterAnswer;
import dev.ringpost.apns.TryRule.AfterNoAnswer;
import dev.ringpost.apns.TryRule.State;
import dev.ringpost.apns.wire.ReasonTable.TokenWord;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(20)
class TryRuleTest {

  /**
   * The table. A state is written by the letters of what is true of the push: {@code o} it is over,
   * {@code h} it is tried here, {@code u} another try is under way, {@code a} an answer was set
   * aside before, {@code m} it has moved, {@code e} there is another environment, {@code r} the
   * route is open; then the number of tries.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # state | whose fault | token   | what follows
          hr      1 | push       | KNOWN   | END
          hr      1 | push       | NONE    | END
          hur     2 | push       | KNOWN   | END
          h       1 | push       | NONE    | END
          # the next attempt asks for an answer that came too late
          ohr     1 | push       | KNOWN   | KEEP_FOR_NEXT_ATTEMPT
          ohr     1 | connection | NONE    | KEEP_FOR_NEXT_ATTEMPT
          omr     2 | push       | UNKNOWN | KEEP_FOR_NEXT_ATTEMPT
          # an answer about the connection: one more try, once, and not beyond the bound
          hr      1 | connection | NONE    | SET_ASIDE_AND_TRY_AGAIN
          hr      2 | connection | NONE    | SET_ASIDE_AND_TRY_AGAIN
          hr      3 | connection | NONE    | END
          har     2 | connection | NONE    | END
          hur     2 | connection | NONE    | SET_ASIDE
          hu      2 | connection | NONE    | SET_ASIDE
          h       1 | connection | NONE    | END
          hmr     2 | connection | NONE    | SET_ASIDE_AND_TRY_AGAIN
          mr      2 | connection | NONE    | END
          # the token of another environment
          her     1 | push       | UNKNOWN | MOVE
          heur    2 | push       | UNKNOWN | MOVE
          he      1 | push       | UNKNOWN | MOVE
          her     3 | push       | UNKNOWN | MOVE
          hr      1 | push       | UNKNOWN | END
          hmr     2 | push       | UNKNOWN | END_AND_LEARN_NOWHERE
          mr      2 | push       | UNKNOWN | NOTHING
          hmr     2 | push       | KNOWN   | END_AND_LEARN_HERE
          mr      2 | push       | KNOWN   | END_AND_LEARN_HERE
          hmr     2 | push       | NONE    | END
          mr      2 | push       | NONE    | END
          """)
  void afterAnAnswer(String state, String fault, TokenWord word, AfterAnswer step) {
    assertThat(TryRule.answered(state(state), fault.equals("connection"), word)).isEqualTo(step);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # state | an end without an answer | given up
          hr      1 | TRY_AGAIN | TRY_AGAIN
          hr      2 | TRY_AGAIN | TRY_AGAIN
          hr      3 | GIVE_UP   | NOTHING
          h       1 | GIVE_UP   | NOTHING
          hmr     2 | TRY_AGAIN | TRY_AGAIN
          # the other try may bring an answer; one that was given up is itself under way still
          hur     2 | NOTHING   | TRY_AGAIN
          hu      2 | NOTHING   | NOTHING
          # it is over, or another environment has it
          ohr     1 | NOTHING   | NOTHING
          mr      2 | NOTHING   | NOTHING
          """)
  void afterNoAnswer(String state, AfterNoAnswer ended, AfterNoAnswer givenUp) {
    assertThat(TryRule.unanswered(state(state))).isEqualTo(ended);
    assertThat(TryRule.gaveUpOn(state(state))).isEqualTo(givenUp);
  }

  @Test
  void noTryIsBegunBeyondTheBoundOrAfterTheEndOrOnAClosedRoute() {
    for (State push : states()) {
      boolean may = !push.over() && push.tries() < TryRule.MAX_TRIES && push.routeOpen();
      if (!may || !push.here()) {
        assertThat(TryRule.unanswered(push)).isNotEqualTo(AfterNoAnswer.TRY_AGAIN);
        assertThat(TryRule.gaveUpOn(push)).isNotEqualTo(AfterNoAnswer.TRY_AGAIN);
        for (AfterAnswer step : answers(push)) {
          assertThat(step).isNotEqualTo(AfterAnswer.SET_ASIDE_AND_TRY_AGAIN);
        }
      }
    }
  }

  @Test
  void aPushThatIsOverStaysAsItIs() {
    for (State push : states().stream().filter(State::over).toList()) {
      assertThat(answers(push)).containsOnly(AfterAnswer.KEEP_FOR_NEXT_ATTEMPT);
      assertThat(TryRule.unanswered(push)).isEqualTo(AfterNoAnswer.NOTHING);
    }
  }

  /** Whatever happens, a push that is open has its outcome or something that will bring it. */
  @Test
  void noPushIsForgotten() {
    for (State push : states().stream().filter(s -> !s.over() && s.here()).toList()) {
      if (!push.underWay()) {
        assertThat(TryRule.unanswered(push)).isNotEqualTo(AfterNoAnswer.NOTHING);
        assertThat(answers(push)).doesNotContain(AfterAnswer.NOTHING, AfterAnswer.SET_ASIDE);
      }
    }
  }

  @Test
  void whyAnAttemptHasNoAnswer() {
    assertThat(TryRule.outOfTime(true, true, true)).isEqualTo(RetryReason.NO_ANSWER);
    assertThat(TryRule.outOfTime(true, true, false)).isEqualTo(RetryReason.NO_ANSWER);
    assertThat(TryRule.outOfTime(false, true, true)).isEqualTo(RetryReason.CONNECTION);
    assertThat(TryRule.outOfTime(false, false, false)).isEqualTo(RetryReason.CONNECTION);
    assertThat(TryRule.outOfTime(false, false, true)).isEqualTo(RetryReason.BUSY);
  }

  @ParameterizedTest
  @EnumSource(RetryReason.class)
  void anAnswerSetAsideCountsWhenNothingMoreWasTried(RetryReason why) {
    assertThat(TryRule.setAsideCounts(new TryAgain(why), false, false)).isTrue();
    assertThat(TryRule.setAsideCounts(new TryAgain(why), true, false)).isFalse();
    assertThat(TryRule.setAsideCounts(new TryAgain(why), false, true)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(NotSentReason.class)
  void anAnswerSetAsideDoesNotHideThatTheCallWasOver(NotSentReason why) {
    assertThat(TryRule.setAsideCounts(new NotSent(why), false, false))
        .isEqualTo(why == NotSentReason.LATE);
  }

  @Test
  void theFirstEnvironmentCountsUnlessTheSecondKnowsBetter() {
    PushOutcome bad = new Refused(RejectionReason.BAD_DEVICE_TOKEN, "APNs knows no such token");
    for (RetryReason why : RetryReason.values()) {
      assertThat(TryRule.firstEnvironmentCounts(bad, new TryAgain(why), false))
          .as("the other one may know better in a moment, unless it refuses the credential")
          .isEqualTo(why == RetryReason.CREDENTIAL);
      assertThat(TryRule.firstEnvironmentCounts(bad, new TryAgain(why), true))
          .as("the other one has accepted the credential and may do so in a moment")
          .isFalse();
    }
    for (boolean served : new boolean[] {false, true}) {
      assertThat(TryRule.firstEnvironmentCounts(bad, bad, served)).isTrue();
      assertThat(TryRule.firstEnvironmentCounts(bad, new Accepted(), served)).isFalse();
      assertThat(TryRule.firstEnvironmentCounts(bad, new NotSent(NotSentReason.ENDED), served))
          .isFalse();
    }
  }

  private static List<AfterAnswer> answers(State push) {
    List<AfterAnswer> steps = new ArrayList<>();
    for (TokenWord word : List.of(KNOWN, NONE, UNKNOWN)) {
      steps.add(TryRule.answered(push, false, word));
    }
    steps.add(TryRule.answered(push, true, NONE));
    return steps;
  }

  private static State state(String written) {
    return new State(
        written.contains("o"),
        written.contains("h"),
        written.contains("u"),
        written.charAt(written.length() - 1) - '0',
        written.contains("a"),
        written.contains("m"),
        written.contains("e"),
        written.contains("r"));
  }

  private static List<State> states() {
    return IntStream.range(0, 128 * TryRule.MAX_TRIES)
        .mapToObj(
            n ->
                new State(
                    (n & 1) > 0,
                    (n & 2) > 0,
                    (n & 4) > 0,
                    1 + n / 128,
                    (n & 8) > 0,
                    (n & 16) > 0,
                    (n & 32) > 0,
                    (n & 64) > 0))
        .toList();
  }
}
