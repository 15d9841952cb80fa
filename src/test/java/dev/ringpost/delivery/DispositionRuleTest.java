package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import dev.ringpost.testing.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DispositionRuleTest {

  private static final Attempt ATTEMPT = Attempt.first(Samples.invite());

  /** There is time, but not for another try. */
  static final Instant IN_TIME = Samples.DEADLINE.at().minusNanos(1);

  /** There is time for every retry. */
  private static final Instant EARLY = Samples.NOW;

  static final Instant TOO_LATE = Samples.DEADLINE.at();

  private static final RetryLadder LADDER =
      new RetryLadder(List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4)));

  static final PushOutcome ACCEPTED = new Accepted();
  static final PushOutcome GONE = new Unregistered(Optional.of(Samples.NOW));
  static final PushOutcome BAD_TOKEN = refused(RejectionReason.BAD_DEVICE_TOKEN);
  static final PushOutcome NO_ROUTE = refused(RejectionReason.NO_ROUTE);
  private static final Flaw FLAW = new Flaw(DeadLetterReason.WRONG_TOPIC, "told by WRONG_TOPIC");
  private static final PushOutcome MISTAKE = refused(RejectionReason.WRONG_TOPIC);
  private static final PushOutcome NO_ANSWER = new TryAgain(RetryReason.NO_ANSWER);
  private static final PushOutcome LATE = new NotSent(NotSentReason.LATE);
  static final PushOutcome ENDED = new NotSent(NotSentReason.ENDED);
  static final PushOutcome RINGING = new NotSent(NotSentReason.RINGING);
  static final PushOutcome LOST = new NotSent(NotSentReason.LOST);

  // one device

  @Test
  void anAcceptedPushSettlesTheInvite() {
    assertThat(decide(IN_TIME, ACCEPTED)).isEqualTo(settled(Verdict.ACCEPTED));
  }

  @Test
  void anAcceptedPushCountsEvenIfItsAnswerCameLate() {
    assertThat(decide(TOO_LATE, ACCEPTED)).isEqualTo(settled(Verdict.ACCEPTED));
  }

  @Test
  void aDeadTokenIsAllDead() {
    assertThat(decide(IN_TIME, GONE)).isEqualTo(settled(Verdict.ALL_DEAD));
    assertThat(decide(IN_TIME, BAD_TOKEN)).isEqualTo(settled(Verdict.ALL_DEAD));
  }

  @ParameterizedTest
  @EnumSource(RetryReason.class)
  void whatCanBeTriedAgainIsTriedAgainWhileThereIsTime(RetryReason cause) {
    assertThat(decide(EARLY, new TryAgain(cause))).isEqualTo(retry(0, "phone-0"));
    assertThat(decide(IN_TIME, new TryAgain(cause))).isEqualTo(settled(Verdict.FAILED));
  }

  @Test
  void onlyWhatIsUnfinishedIsTriedAgainAndWhatWasAcceptedIsRemembered() {
    Disposition decided = decide(EARLY, ACCEPTED, NO_ANSWER, GONE, NO_ANSWER, ACCEPTED);
    assertThat(decided).isEqualTo(retry(2, "phone-1", "phone-3"));
    assertThat(decided.told()).hasValue(Verdict.ACCEPTED);
    assertThat(decide(EARLY, NO_ANSWER).told()).hasValue(Verdict.RETRYING);
  }

  @Test
  void whatEarlierTriesHadAcceptedCounts() {
    var third = ATTEMPT.next(Optional.of(Set.of(new DeviceId("phone"))), 1);
    var gone = Samples.pushes(Samples.unanswered(Samples.device("phone"), GONE));
    assertThat(DispositionRule.decide(third, gone, LADDER, EARLY))
        .isEqualTo(settled(Verdict.ACCEPTED));
    for (DeliveryReport.Skip why : List.of(DeliveryReport.Skip.LATE, DeliveryReport.Skip.ENDED)) {
      assertThat(DispositionRule.decide(third, DeliveryReport.skipped(why), LADDER, EARLY))
          .isEqualTo(settled(Verdict.ACCEPTED));
    }
  }

  @Test
  void aMistakeThatAnEarlierTryMetIsNotForgotten() {
    Disposition first = decide(EARLY, MISTAKE, NO_ANSWER);
    assertThat(first).isInstanceOf(Disposition.Retry.class);
    Attempt second = ((Disposition.Retry) first).next();
    var dead = new Disposition.DeadLetter(FLAW);
    assertThat(second.mistake()).hasValue(FLAW);

    for (PushOutcome outcome :
        List.of(NO_ANSWER, GONE, refused(RejectionReason.BAD_REQUEST), LATE)) {
      assertThat(decide(second, outcome)).as("%s", outcome).isEqualTo(dead);
    }
    assertThat(decide(second, ACCEPTED)).isEqualTo(settled(Verdict.ACCEPTED));
    assertThat(decide(second, ENDED)).isEqualTo(settled(Verdict.ENDED));
    var late = DeliveryReport.skipped(DeliveryReport.Skip.LATE);
    var ended = DeliveryReport.skipped(DeliveryReport.Skip.ENDED);
    assertThat(DispositionRule.decide(second, late, LADDER, TOO_LATE)).isEqualTo(dead);
    assertThat(DispositionRule.decide(second, ended, LADDER, EARLY))
        .isEqualTo(settled(Verdict.ENDED));
  }

  private static Disposition decide(Attempt attempt, PushOutcome outcome) {
    var report = Samples.pushes(Samples.unanswered(Samples.device("phone"), outcome));
    return DispositionRule.decide(attempt, report, LADDER, IN_TIME);
  }

  @Test
  void anEndedCallIsNotTriedAgain() {
    assertThat(decide(EARLY, NO_ANSWER, ENDED)).isEqualTo(settled(Verdict.ENDED));
    assertThat(decide(EARLY, NO_ANSWER, ENDED, ACCEPTED)).isEqualTo(settled(Verdict.ACCEPTED));
  }

  @Test
  void anEmptyListFromALaggingViewIsAskedAgain() {
    assertThat(decide(EARLY, Samples.report(List.of(), 0, 0, true)))
        .isEqualTo(
            new Disposition.Retry(
                ATTEMPT.next(Optional.empty(), 0), new RetryLadder.Next(1, EARLY.plusSeconds(1))));
  }

  @Test
  void aDeviceThatRingsAlreadyNeedsNothing() {
    assertThat(decide(IN_TIME, RINGING)).isEqualTo(settled(Verdict.NOT_NEEDED));
    assertThat(decide(IN_TIME, RINGING, GONE)).isEqualTo(settled(Verdict.NOT_NEEDED));
    assertThat(decide(IN_TIME, RINGING, NO_ROUTE)).isEqualTo(settled(Verdict.NOT_NEEDED));
    assertThat(decide(IN_TIME, RINGING, NO_ANSWER)).isEqualTo(settled(Verdict.FAILED));
    assertThat(decide(IN_TIME, RINGING, MISTAKE)).isEqualTo(new Disposition.DeadLetter(FLAW));
  }

  @ParameterizedTest
  @CsvSource({
    "LATE, EXPIRED",
    "CLOCK_SKEW, EXPIRED",
    "ENDED, ENDED",
    "REPEAT, DUPLICATE",
    "CALLEE_FLOODED, FAILED",
    "CALLER_FLOODED, FAILED",
  })
  void whatWasNotEvenBegunHasItsVerdict(DeliveryReport.Skip why, Verdict verdict) {
    assertThat(decide(EARLY, DeliveryReport.skipped(why))).isEqualTo(settled(verdict));
  }

  @Test
  void aTokenWithoutARouteFailsAndIsNobodysMistake() {
    assertThat(decide(IN_TIME, NO_ROUTE)).isEqualTo(settled(Verdict.FAILED));
  }

  @ParameterizedTest
  @EnumSource(
      value = RejectionReason.class,
      names = {"BAD_DEVICE_TOKEN", "NO_ROUTE"},
      mode = EnumSource.Mode.EXCLUDE)
  void aMistakeOfOursOrTheProducersIsADeadLetter(RejectionReason refusal) {
    assertThat(decide(IN_TIME, refused(refusal)))
        .isEqualTo(
            new Disposition.DeadLetter(
                new Flaw(refusal.mistake().orElseThrow(), "told by " + refusal)));
  }

  @Test
  void aPushThatWasHeldBackForItsDeadlineIsExpired() {
    assertThat(decide(TOO_LATE, LATE)).isEqualTo(settled(Verdict.EXPIRED));
  }

  @Test
  void aDeadlineThatPassedBeforeAnyAnswerIsExpired() {
    assertThat(decide(TOO_LATE, NO_ANSWER)).isEqualTo(settled(Verdict.EXPIRED));
  }

  @Test
  void aDeadlineThatPassedAfterAnAnswerIsFailed() {
    Device device = Samples.device("phone");
    var answered =
        Samples.pushes(
            Samples.answered(device, new TryAgain(RetryReason.SERVER), 503, "ServiceUnavailable"));
    assertThat(DispositionRule.decide(ATTEMPT, answered, LADDER, TOO_LATE))
        .isEqualTo(settled(Verdict.FAILED));
  }

  @Test
  void anEndedCallIsEnded() {
    assertThat(decide(IN_TIME, ENDED)).isEqualTo(settled(Verdict.ENDED));
    assertThat(decide(TOO_LATE, ENDED)).isEqualTo(settled(Verdict.ENDED));
  }

  @Test
  void aLostPartitionIsAbandoned() {
    assertThat(decide(IN_TIME, LOST)).isEqualTo(new Disposition.Abandoned());
    assertThat(decide(TOO_LATE, LOST)).isEqualTo(new Disposition.Abandoned());
  }

  // no device

  @Test
  void nobodyRegisteredIsNoDevices() {
    assertThat(decide(IN_TIME, Samples.report(List.of(), 0, 0, false)))
        .isEqualTo(settled(Verdict.NO_DEVICES));
  }

  @Test
  void anEmptyListFromALaggingViewMeansNothing() {
    assertThat(decide(IN_TIME, Samples.report(List.of(), 0, 0, true)))
        .isEqualTo(settled(Verdict.FAILED));
  }

  @Test
  void everyDeviceExcludedIsNotNeeded() {
    assertThat(decide(IN_TIME, Samples.report(List.of(), 1, 0, false)))
        .isEqualTo(settled(Verdict.NOT_NEEDED));
  }

  @Test
  void excludedComesBeforeDead() {
    assertThat(decide(IN_TIME, Samples.report(List.of(), 1, 1, true)))
        .isEqualTo(settled(Verdict.NOT_NEEDED));
  }

  @Test
  void everyTokenKnownDeadIsAllDead() {
    assertThat(decide(IN_TIME, Samples.report(List.of(), 0, 1, false)))
        .isEqualTo(settled(Verdict.ALL_DEAD));
  }

  @Test
  void anInviteThatCameTooLateIsExpiredWhoeverIsRegistered() {
    for (int excluded = 0; excluded < 2; excluded++) {
      for (int dead = 0; dead < 2; dead++) {
        assertThat(decide(TOO_LATE, Samples.report(List.of(), excluded, dead, true)))
            .isEqualTo(settled(Verdict.EXPIRED));
      }
    }
  }

  // many devices

  @Test
  void oneDeadTokenBesideAnotherFailureIsNotAllDead() {
    assertThat(decide(IN_TIME, GONE, NO_ANSWER)).isEqualTo(settled(Verdict.FAILED));
  }

  @Test
  void devicesThatAreLeftOutDoNotSoftenAFailure() {
    Device device = Samples.device("phone");
    var report = Samples.report(List.of(Samples.unanswered(device, NO_ANSWER)), 1, 1, false);
    assertThat(decide(IN_TIME, report)).isEqualTo(settled(Verdict.FAILED));
  }

  @Test
  void theFirstMistakeIsTheOneThatIsNamed() {
    assertThat(
            decide(
                IN_TIME,
                NO_ANSWER,
                refused(RejectionReason.WRONG_TOPIC),
                refused(RejectionReason.BAD_REQUEST)))
        .isEqualTo(
            new Disposition.DeadLetter(
                new Flaw(DeadLetterReason.WRONG_TOPIC, "told by WRONG_TOPIC")));
  }

  static Disposition decide(Instant now, PushOutcome... outcomes) {
    List<PushReport> pushes = new ArrayList<>();
    for (PushOutcome outcome : outcomes) {
      pushes.add(Samples.unanswered(Samples.device("phone-" + pushes.size()), outcome));
    }
    return decide(now, Samples.report(pushes, 0, 0, false));
  }

  private static Disposition decide(Instant now, DeliveryReport report) {
    return DispositionRule.decide(ATTEMPT, report, LADDER, now);
  }

  static PushOutcome refused(RejectionReason refusal) {
    return new Refused(refusal, "told by " + refusal);
  }

  /** The first retry, with so many accepted and these devices left. */
  private static Disposition retry(int accepted, String... devices) {
    Set<DeviceId> left =
        Arrays.stream(devices).map(DeviceId::new).collect(Collectors.toUnmodifiableSet());
    return new Disposition.Retry(
        ATTEMPT.next(Optional.of(left), accepted), new RetryLadder.Next(1, EARLY.plusSeconds(1)));
  }

  static Disposition settled(Verdict verdict) {
    return new Disposition.Final(verdict);
  }
}
