package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Deadline;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The course of a call with all that comes in its way: signals, repeats, clocks, earlier tries,
 * dead tokens.
 */
class InvitePipelineCourseTest {

  private final PipelineFixture fixture = new PipelineFixture();

  @Test
  void aDeviceThatRingsAlreadyIsNotPushed() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"), Samples.device("tablet"));
    fixture.calls.ring(Samples.CALL, new DeviceId("phone"), Samples.NOW);

    fixture.deliver(Samples.invited());

    assertThat(fixture.sender.pushedDevices()).containsExactly(new DeviceId("tablet"));
    assertThat(fixture.onlyDecision().report().excluded()).isEqualTo(1);
  }

  @Test
  void anEndedCallRingsNobodyAndNobodyIsLookedUp() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));
    fixture.calls.end(Samples.CALL, Samples.NOW);

    fixture.deliver(Samples.invited());

    assertThat(fixture.directory.lookups()).isZero();
    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.ENDED));
  }

  @Test
  void atTheMomentOfWritingItIsAskedAgainWhetherTheCallGoesOn() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));
    fixture.deliver(Samples.invited());
    WriteGuard guard = fixture.sender.pushes().getFirst().guard();
    assertThat(guard.refusal()).isEmpty();

    fixture.calls.ring(Samples.CALL, new DeviceId("phone"), Samples.NOW);
    assertThat(guard.refusal()).hasValue(PushOutcome.NotSentReason.RINGING);
    fixture.calls.end(Samples.CALL, Samples.NOW);
    assertThat(guard.refusal()).hasValue(PushOutcome.NotSentReason.ENDED);
  }

  @Test
  void whatMayWakeAPhoneIsNotedForTheRingThroughTime() {
    fixture.directory.put(
        Samples.ALICE,
        Samples.device("phone"),
        Samples.device("unwritten"),
        Samples.device("refused"));
    fixture.sender.answerWith(
        request ->
            switch (request.device().id().value()) {
              case "phone" -> Samples.accepted(request.device());
              case "unwritten" ->
                  Samples.unanswered(
                      request.device(), new PushOutcome.TryAgain(PushOutcome.RetryReason.BUSY));
              default ->
                  Samples.answered(
                      request.device(),
                      new PushOutcome.TryAgain(PushOutcome.RetryReason.SERVER),
                      503,
                      "ServiceUnavailable");
            });

    fixture.deliver(Samples.invited());

    assertThat(fixture.calls.written()).containsExactly(new DeviceId("phone"));
  }

  @Test
  void aRepeatRingsNobody() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));
    fixture.deliver(Samples.invited());

    fixture.deliver(PipelineFixture.at(43, Samples.invite()));

    assertThat(fixture.sender.pushes()).hasSize(1);
    assertThat(fixture.heard.getLast().disposition())
        .isEqualTo(new Disposition.Final(Verdict.DUPLICATE));
  }

  @ParameterizedTest
  @CsvSource({
    "other-invites, 3, 42, 0",
    "call-invites, 4, 42, 0",
    "call-invites, 3, 43, 0",
    "call-invites, 3, 42, 1",
    "call-invites, 3, 42, 1000"
  })
  void theSameInviteInAnotherRecordIsARepeat(
      String topic, int partition, long offset, long millisLater) {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));
    fixture.deliver(PipelineFixture.at(42, Samples.invite()));
    var origin = new Origin(topic, partition, offset, Samples.NOW.plusMillis(millisLater));

    fixture.deliver(
        new Arrival.Invited(
            new Envelope(origin, null, null, List.of()), Attempt.first(Samples.invite())));

    assertThat(fixture.sender.pushes()).hasSize(1);
    assertThat(fixture.heard.getLast().disposition())
        .isEqualTo(new Disposition.Final(Verdict.DUPLICATE));
  }

  @ParameterizedTest
  @CsvSource({"ab, c, a, bc", "1, abcdefghijkX, abcdefghijk, X"})
  void twoCallsAreNoRepeatThoughTheirNamesReadTheSameTogether(
      String call, String callee, String otherCall, String otherCallee) {
    List.of(callee, otherCallee)
        .forEach(user -> fixture.directory.put(new UserId(user), Samples.device("phone")));

    fixture.deliver(PipelineFixture.at(42, invite(call, callee)));
    fixture.deliver(PipelineFixture.at(43, invite(otherCall, otherCallee)));

    assertThat(fixture.sender.pushes()).hasSize(2);
  }

  @Test
  void aRepeatDoesNotMakeTheNextOneRing() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));
    fixture.deliver(Samples.invited());

    fixture.deliver(PipelineFixture.at(43, Samples.invite()));
    fixture.deliver(PipelineFixture.at(44, Samples.invite()));

    assertThat(fixture.sender.pushes()).hasSize(1);
  }

  @Test
  void aRepeatOfWhatRangNobodyHasItsChance() {
    fixture.deliver(Samples.invited());
    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.NO_DEVICES));
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));

    fixture.deliver(PipelineFixture.at(43, Samples.invite()));

    assertThat(fixture.heard.getLast().disposition())
        .isEqualTo(new Disposition.Final(Verdict.ACCEPTED));
  }

  @Test
  void anotherAttemptAfterTheEndOfTheCallIsNoRepeat() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));
    fixture.deliver(Samples.invited());
    fixture.calls.end(Samples.CALL, Samples.NOW.plusSeconds(1));
    fixture.clock.advance(Duration.ofSeconds(5));

    fixture.deliver(PipelineFixture.at(43, Samples.invite().asInvitedAt(fixture.clock.instant())));
    fixture.deliver(PipelineFixture.at(44, Samples.invite().asInvitedAt(fixture.clock.instant())));

    assertThat(fixture.heard)
        .extracting(Decision::disposition)
        .containsExactly(
            new Disposition.Final(Verdict.ACCEPTED),
            new Disposition.Final(Verdict.ACCEPTED),
            new Disposition.Final(Verdict.DUPLICATE));
  }

  @Test
  void aRepeatAfterTheLongestRingingIsForgotten() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));
    CallInvite endless =
        Samples.invite().withDeadline(new Deadline(Samples.NOW.plus(Duration.ofHours(1))));
    fixture.deliver(PipelineFixture.at(42, endless));
    fixture.clock.advance(Duration.ofMinutes(2));

    fixture.deliver(PipelineFixture.at(43, endless));

    assertThat(fixture.sender.pushes()).hasSize(2);
  }

  @Test
  void anInviteThatWasOverBeforeItsAppendIsToldFromOneThatWaited() {
    CallInvite over = Samples.invite().withDeadline(new Deadline(Samples.NOW));
    CallInvite brief =
        Samples.invite().withDeadline(new Deadline(Samples.NOW.plus(Duration.ofMillis(1))));
    fixture.clock.advance(Duration.ofMillis(1));

    fixture.deliver(PipelineFixture.at(42, over));
    fixture.deliver(PipelineFixture.at(43, brief));

    assertThat(fixture.heard)
        .extracting(decision -> decision.report().skipped())
        .containsExactly(
            Optional.of(DeliveryReport.Skip.CLOCK_SKEW), Optional.of(DeliveryReport.Skip.LATE));
  }

  @Test
  void aRetryRingsOnlyWhatIsUnfinished() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"), Samples.device("tablet"));
    Attempt second =
        Attempt.first(Samples.invite()).next(Optional.of(Set.of(new DeviceId("tablet"))), 1);

    fixture.deliver(new Arrival.Invited(Samples.envelope(), second));

    assertThat(fixture.sender.pushedDevices()).containsExactly(new DeviceId("tablet"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDeviceThatRingsIsNotForgottenOnARetryForAnother(boolean excluded) {
    Device tablet = Samples.device("tablet");
    var phone = new DeviceId("phone");
    fixture.directory.put(Samples.ALICE, Samples.device("phone"), tablet);
    if (!excluded) {
      fixture.calls.ring(Samples.CALL, phone, Samples.NOW);
    }
    fixture.sender.answerWith(
        request ->
            Samples.answered(
                request.device(),
                new PushOutcome.Unregistered(Optional.of(Samples.NOW)),
                410,
                "Unregistered"));
    CallInvite invite = Samples.invite(Optional.empty(), excluded ? Set.of(phone) : Set.of());
    Attempt second = Attempt.first(invite).next(Optional.of(Set.of(tablet.id())), 0);

    fixture.deliver(new Arrival.Invited(Samples.envelope(), second));

    assertThat(fixture.sender.pushedDevices()).containsExactly(tablet.id());
    assertThat(fixture.onlyDecision().report().excluded()).isEqualTo(1);
    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.NOT_NEEDED));
  }

  @Test
  void aDeviceThatRingsBesideOneWithoutARouteNeedsNothing() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"), Samples.device("desk"));
    fixture.calls.ring(Samples.CALL, new DeviceId("phone"), Samples.NOW);
    fixture.sender.answerWith(
        request ->
            Samples.unanswered(
                request.device(),
                new PushOutcome.Refused(
                    PushOutcome.RejectionReason.NO_ROUTE, "no credential is configured")));

    fixture.deliver(Samples.invited());

    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.NOT_NEEDED));
  }

  @Test
  void aDeadTokenIsCalledDeadWithTheSettlement() {
    Device phone = Samples.device("phone");
    fixture.directory.put(Samples.ALICE, phone);
    fixture.sender.answerWith(
        request ->
            Samples.answered(
                request.device(),
                new PushOutcome.Unregistered(Optional.of(Samples.NOW)),
                410,
                "Unregistered"));

    fixture.deliver(Samples.invited());

    assertThat(fixture.onlyDecision().invalidations())
        .containsExactly(Samples.invalidation(Samples.ALICE, phone));
  }

  /** By it the watch on rings knows whether anybody may read the record again. */
  @Test
  void aDecisionHasTheClaimToItsRecord() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));
    Arrival.Claim claim = () -> true;

    assertThat(fixture.pipeline.deliver(Samples.invited(), claim, () -> {})).isCompleted();

    assertThat(fixture.onlyDecision().claim()).isSameAs(claim);
  }

  @Test
  void aRecordThatIsReadAgainTellsTheClaimOfThatReading() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));
    fixture.deliver(Samples.invited());
    Arrival.Claim newest = () -> true;

    assertThat(fixture.pipeline.deliver(Samples.invited(), newest, () -> {})).isCompleted();

    assertThat(fixture.readAgain).containsExactly(newest);
  }

  private static CallInvite invite(String call, String callee) {
    CallInvite invite = Samples.invite();
    return new CallInvite(
        new CallId(call),
        invite.callUuid(),
        new UserId(callee),
        invite.caller(),
        invite.media(),
        invite.invitedAt(),
        invite.deadline(),
        invite.app(),
        invite.excludeDevices(),
        invite.custom());
  }
}
