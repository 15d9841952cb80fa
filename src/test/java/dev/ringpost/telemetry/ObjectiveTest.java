package dev.ringpost.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.Device;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.DeliveryReport.Skip;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.telemetry.Objective.End;
import dev.ringpost.testing.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ObjectiveTest {

  private static final Device PHONE = Samples.device("phone");

  @Test
  void isKeptOnceOnePhoneIsTakenInTime() {
    assertThat(judged(took(100, 1_900), failed(RetryReason.NO_ANSWER, 100))).contains(End.KEPT);
  }

  @Test
  void severalTriesCountFromTheFirst() {
    assertThat(judged(taken(3, 100, 1_700))).contains(End.KEPT);
    assertThat(judged(taken(3, 100, 2_000))).contains(End.APPLE);
  }

  @Test
  void isMissedWhereWeHandOverTooLate() {
    assertThat(judged(took(1_500, 600))).contains(End.MISSED);
    assertThat(judged(failed(RetryReason.NO_ANSWER, 1_500))).contains(End.MISSED);
    assertThat(judged(failed(RetryReason.SERVER, 1_500))).contains(End.MISSED);
    assertThat(judged(notSent(NotSentReason.LATE))).contains(End.MISSED);
  }

  @Test
  void isMissedWhereTheWayOrTheCredentialIsNotThere() {
    for (RetryReason cause :
        List.of(
            RetryReason.CONNECTION,
            RetryReason.BUSY,
            RetryReason.CREDENTIAL,
            RetryReason.ROUTE_DOWN,
            RetryReason.LEAVING)) {
      assertThat(judged(failed(cause, 100))).as(cause.code()).contains(End.MISSED);
    }
    assertThat(judged(refused(RejectionReason.NO_ROUTE))).contains(End.MISSED);
    assertThat(judged(refused(RejectionReason.BAD_REQUEST))).contains(End.MISSED);
  }

  @Test
  void isApplesWhereAppleAnswersLateNotAtAllOrWithTrouble() {
    assertThat(judged(took(100, 2_500))).contains(End.APPLE);
    assertThat(judged(failed(RetryReason.NO_ANSWER, 100))).contains(End.APPLE);
    assertThat(judged(failed(RetryReason.SERVER, 100))).contains(End.APPLE);
    assertThat(judged(failed(RetryReason.THROTTLED, 100))).contains(End.APPLE);
  }

  @Test
  void isApplesWhereItsTroubleKeptThePushAwayUnlessThatWasLateAnyway() {
    var sentAway = Samples.unanswered(PHONE, new PushOutcome.TryAgain(RetryReason.SERVER_DOWN));
    var other = failed(RetryReason.CONNECTION, 100);

    assertThat(judgedAfter(Duration.ofMillis(900), sentAway)).contains(End.APPLE);
    assertThat(judgedAfter(Duration.ofMillis(1_200), sentAway)).contains(End.MISSED);
    // ordered with another one that took 150 ms
    assertThat(judgedAfter(Duration.ofMillis(1_100), sentAway, other)).contains(End.APPLE);
  }

  @Test
  void nothingIsPromisedWithoutALiveDevice() {
    assertThat(judged()).isEmpty();
    assertThat(judged(pushed(new PushOutcome.Unregistered(Optional.empty()), 100, 50))).isEmpty();
    assertThat(judged(notSent(NotSentReason.RINGING), notSent(NotSentReason.LOST))).isEmpty();
    assertThat(judgedAfter(Duration.ofSeconds(2), notSent(NotSentReason.ENDED))).isEmpty();
  }

  /** Two workers that are gone for a minute have no late push to show: the callers hung up. */
  @Test
  void aCallerWhoHungUpWhileNobodyLookedWasMissed() {
    assertThat(judgedAfter(Duration.ofSeconds(3), notSent(NotSentReason.ENDED)))
        .contains(End.MISSED);
    assertThat(skippedAfter(Duration.ofMillis(2_001), Skip.ENDED)).contains(End.MISSED);
    assertThat(skippedAfter(Duration.ofSeconds(2), Skip.ENDED)).isEmpty();
  }

  @Test
  void isRefusedWhereAppleCallsEveryTokenBad() {
    PushReport bad = refused(RejectionReason.BAD_DEVICE_TOKEN);
    PushReport gone = pushed(new PushOutcome.Unregistered(Optional.empty()), 100, 50);

    assertThat(judged(bad)).contains(End.REFUSED);
    assertThat(judged(bad, gone)).contains(End.REFUSED);
    assertThat(judged(bad, took(100, 50))).contains(End.KEPT);
    assertThat(judged(bad, failed(RetryReason.SERVER, 100))).contains(End.APPLE);
    assertThat(judged(bad, failed(RetryReason.CONNECTION, 100))).contains(End.MISSED);
  }

  /** Its way to the other environment is ours, and no phone was seen to be at its end. */
  @Test
  void isRefusedToWhereTheOtherEnvironmentOfABadTokenIsAway() {
    PushReport bad =
        pushed(
            new PushOutcome.TryAgain(RetryReason.ROUTE_DOWN),
            new ApnsResponse(400, "BadDeviceToken"));

    assertThat(judged(bad)).contains(End.REFUSED);
    assertThat(judged(bad, took(100, 50))).contains(End.KEPT);
  }

  @Test
  void anInviteThatWaitedPastItsDeadlineIsMissedAndOneThatIsOverIsNot() {
    assertThat(skipped(Skip.LATE)).contains(End.MISSED);
    assertThat(skipped(Skip.REPEAT)).isEmpty();
    assertThat(skipped(Skip.CLOCK_SKEW)).isEmpty();
    assertThat(skipped(Skip.CALLEE_FLOODED)).isEmpty();
    assertThat(skipped(Skip.CALLER_FLOODED)).isEmpty();
  }

  @Test
  void anInviteIsJudgedOnceAndByTheWorkerThatRingsIt() {
    var retried = Attempt.first(Samples.invite()).next(Optional.empty(), 0);
    var second = new Arrival.Invited(Samples.envelope(), retried);
    var accepted = new Disposition.Final(Verdict.ACCEPTED);

    assertThat(judged(second, report(took(100, 50)), accepted)).isEmpty();
    assertThat(judged(Samples.invited(), report(took(100, 50)), new Disposition.Abandoned()))
        .isEmpty();
  }

  private static Optional<End> judged(PushReport... pushes) {
    return judged(Samples.invited(), report(pushes), new Disposition.Final(Verdict.ACCEPTED));
  }

  private static Optional<End> skipped(Skip why) {
    return skippedAfter(Duration.ofSeconds(4), why);
  }

  private static Optional<End> skippedAfter(Duration time, Skip why) {
    var report = DeliveryReport.skipped(why);
    var settled = new Disposition.Final(Verdict.EXPIRED);
    var at = Samples.NOW.plus(time);
    Arrival.Invited arrival = Samples.invited();
    return Objective.judge(new Decision(arrival, report, settled, at), arrival);
  }

  private static Optional<End> judgedAfter(Duration time, PushReport... pushes) {
    var settled = new Disposition.Final(Verdict.FAILED);
    var at = Samples.NOW.plus(time);
    Arrival.Invited arrival = Samples.invited();
    return Objective.judge(new Decision(arrival, report(pushes), settled, at), arrival);
  }

  private static Optional<End> judged(
      Arrival.Invited arrival, DeliveryReport report, Disposition disposition) {
    var decidedAt = Samples.NOW.plusSeconds(4);
    return Objective.judge(new Decision(arrival, report, disposition, decidedAt), arrival);
  }

  private static DeliveryReport report(PushReport... pushes) {
    return Samples.pushes(pushes);
  }

  private static PushReport took(long writtenAfter, long answerTook) {
    return pushed(new PushOutcome.Accepted(), writtenAfter, answerTook);
  }

  private static PushReport failed(RetryReason cause, long writtenAfter) {
    return pushed(new PushOutcome.TryAgain(cause), writtenAfter, 50);
  }

  private static PushReport refused(RejectionReason refusal) {
    return pushed(new PushOutcome.Refused(refusal, ""), 100, 50);
  }

  private static PushReport notSent(NotSentReason why) {
    return Samples.unanswered(PHONE, new PushOutcome.NotSent(why));
  }

  /** Taken at the last of several tries, so many milliseconds after the order. */
  private static PushReport taken(int tries, long writtenAfter, long took) {
    return pushed(new PushOutcome.Accepted(), tries, writtenAfter, 20, took);
  }

  /** Handed over so many milliseconds after the append, answered so many later. */
  private static PushReport pushed(PushOutcome outcome, long writtenAfter, long answerTook) {
    return pushed(outcome, 1, writtenAfter, answerTook, writtenAfter + answerTook);
  }

  private static PushReport pushed(
      PushOutcome outcome, int tries, long writtenAfter, long answerTook, long took) {
    return pushed(outcome, new ApnsResponse(200, ""), tries, writtenAfter, answerTook, took);
  }

  private static PushReport pushed(PushOutcome outcome, ApnsResponse answer) {
    return pushed(outcome, answer, 1, 100, 50, 150);
  }

  private static PushReport pushed(
      PushOutcome outcome,
      ApnsResponse answer,
      int tries,
      long writtenAfter,
      long answerTook,
      long took) {
    return new PushReport(
        PHONE,
        outcome,
        new UUID(0, 1),
        Optional.of(answer),
        "production-1",
        tries,
        Optional.of(Samples.NOW.plusMillis(writtenAfter)),
        Samples.NOW,
        Duration.ofMillis(took),
        Optional.of(Duration.ofMillis(answerTook)),
        PHONE.environment());
  }
}
