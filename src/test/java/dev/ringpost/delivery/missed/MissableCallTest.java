package dev.ringpost.delivery.missed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.DeliveryReport.Skip;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.RetryLadder;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.testing.Samples;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The decisions that are looked at again, for their calls may have been missed, and when. */
class MissableCallTest {

  @ParameterizedTest
  @CsvSource({
    "ACCEPTED, true",
    "RETRYING, false",
    "NOT_NEEDED, false",
    "ENDED, true",
    "NO_DEVICES, true",
    "ALL_DEAD, true",
    "EXPIRED, true",
    "DUPLICATE, false",
    "FAILED, true",
  })
  void onlyTheLastWordOnACallThatTheCalleeMayNotKnowOf(Verdict verdict, boolean missable) {
    assertThat(MissableCall.of(decided(new Disposition.Final(verdict), Samples.pushes())))
        .matches(it -> it.isPresent() == missable);
  }

  @ParameterizedTest
  @EnumSource(Skip.class)
  void whatAFloodLimitRefusedMakesNoFloodOfAlerts(Skip why) {
    boolean flooded = why == Skip.CALLEE_FLOODED || why == Skip.CALLER_FLOODED;

    assertThat(
            MissableCall.of(
                decided(new Disposition.Final(Verdict.FAILED), DeliveryReport.skipped(why))))
        .matches(it -> it.isEmpty() == flooded);
  }

  @Test
  void aRetryAndALostPartitionAreNoLastWord() {
    Attempt next = Attempt.first(Samples.invite()).next(Optional.empty(), 1);
    var retry = new Disposition.Retry(next, new RetryLadder.Next(1, Samples.NOW.plusSeconds(1)));

    assertThat(MissableCall.of(decided(retry, Samples.pushes()))).isEmpty();
    assertThat(MissableCall.of(decided(new Disposition.Abandoned(), Samples.pushes()))).isEmpty();
  }

  @Test
  void aDeadLetterWithACalleeIsACallAndOneWithoutIsNone() {
    var flaw = new Flaw(DeadLetterReason.PAYLOAD_TOO_LARGE, "too large");
    var letter = new Disposition.DeadLetter(flaw);

    assertThat(MissableCall.of(decided(letter, Samples.pushes()))).isPresent();
    assertThat(
            MissableCall.of(
                new Decision(
                    Samples.malformed(flaw, Optional.of(Samples.CALL)),
                    DeliveryReport.nothing(),
                    letter,
                    Samples.NOW)))
        .isEmpty();
  }

  @Test
  void whatWasAcceptedOnEveryTryCounts() {
    var earlier = new Attempt(Samples.invite(), 2, Optional.empty(), 2, Optional.empty());
    var decision =
        new Decision(
            new Arrival.Invited(Samples.envelope(), earlier),
            Samples.pushes(Samples.accepted(Samples.device("phone"))),
            new Disposition.Final(Verdict.ACCEPTED),
            Samples.NOW);

    assertThat(MissableCall.of(decision).orElseThrow().attempt().accepted()).isEqualTo(3);
  }

  @Test
  void itIsLookedAtWhenItsTimeIsOverAndASignalHadTimeToCome() {
    assertThat(due(Samples.NOW.plusSeconds(1)))
        .isEqualTo(Samples.DEADLINE.at().plus(MissedCallSettings.GRACE));
    Instant late = Samples.DEADLINE.at().plusSeconds(9);
    assertThat(due(late)).isEqualTo(late.plus(MissedCallSettings.GRACE));
  }

  private static Instant due(Instant decidedAt) {
    return MissableCall.of(
            new Decision(
                Samples.invited(),
                Samples.pushes(),
                new Disposition.Final(Verdict.NO_DEVICES),
                decidedAt))
        .orElseThrow()
        .due();
  }

  private static Decision decided(Disposition disposition, DeliveryReport report) {
    return new Decision(Samples.invited(), report, disposition, Samples.NOW);
  }
}
