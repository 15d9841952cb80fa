package dev.ringpost.delivery;

import static dev.ringpost.delivery.DispositionRuleTest.ACCEPTED;
import static dev.ringpost.delivery.DispositionRuleTest.BAD_TOKEN;
import static dev.ringpost.delivery.DispositionRuleTest.ENDED;
import static dev.ringpost.delivery.DispositionRuleTest.GONE;
import static dev.ringpost.delivery.DispositionRuleTest.IN_TIME;
import static dev.ringpost.delivery.DispositionRuleTest.LOST;
import static dev.ringpost.delivery.DispositionRuleTest.NO_ROUTE;
import static dev.ringpost.delivery.DispositionRuleTest.RINGING;
import static dev.ringpost.delivery.DispositionRuleTest.TOO_LATE;
import static dev.ringpost.delivery.DispositionRuleTest.decide;
import static dev.ringpost.delivery.DispositionRuleTest.settled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The order in which several outcomes count, for all of them. */
class DispositionOrderTest {

  /** The order of the contract, said once more: the first line that fits decides. */
  private static Disposition byTheContract(Instant now, List<PushOutcome> outcomes) {
    if (outcomes.contains(LOST)) {
      return new Disposition.Abandoned();
    }
    if (outcomes.contains(ACCEPTED)) {
      return settled(Verdict.ACCEPTED);
    }
    if (outcomes.contains(ENDED)) {
      return settled(Verdict.ENDED);
    }
    if (List.of(GONE, BAD_TOKEN).containsAll(outcomes)) {
      return settled(Verdict.ALL_DEAD);
    }
    if (outcomes.contains(RINGING)
        && List.of(GONE, BAD_TOKEN, RINGING, NO_ROUTE).containsAll(outcomes)) {
      return settled(Verdict.NOT_NEEDED);
    }
    for (PushOutcome outcome : outcomes) {
      if (outcome instanceof Refused(RejectionReason refusal, String detail)
          && refusal.mistake().isPresent()) {
        return new Disposition.DeadLetter(new Flaw(refusal.mistake().get(), detail));
      }
    }
    return settled(now.equals(TOO_LATE) ? Verdict.EXPIRED : Verdict.FAILED);
  }

  static Stream<PushOutcome> everyOutcome() {
    return Stream.of(
            Stream.of(ACCEPTED, GONE),
            Arrays.stream(RetryReason.values()).map(TryAgain::new),
            Arrays.stream(RejectionReason.values()).map(DispositionRuleTest::refused),
            Arrays.stream(NotSentReason.values()).map(NotSent::new))
        .flatMap(outcomes -> outcomes);
  }

  @Test
  void everyKindOfOutcomeIsTried() {
    assertThat(everyOutcome().<Class<?>>map(PushOutcome::getClass).distinct())
        .containsExactlyInAnyOrder(PushOutcome.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("everyOutcome")
  void threeDevicesWithAnyOutcomesAreDecidedInTheOrderOfTheContract(PushOutcome first) {
    for (PushOutcome second : everyOutcome().toList()) {
      for (PushOutcome third : everyOutcome().toList()) {
        for (Instant now : List.of(IN_TIME, TOO_LATE)) {
          assertThat(decide(now, first, second, third))
              .isEqualTo(byTheContract(now, List.of(first, second, third)));
        }
      }
    }
  }
}
