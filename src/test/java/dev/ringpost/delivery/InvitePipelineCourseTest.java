package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Deadline;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.testing.Samples;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a call learns on its way: signals, repeats, clocks, earlier tries, dead tokens. */
class InvitePipelineCourseTest {

  private final PipelineRig rig = new PipelineRig();

  @Test
  void aDeviceThatRingsAlreadyIsNotPushed() {
    rig.directory.put(Samples.ALICE, Samples.device("phone"), Samples.device("tablet"));
    rig.calls.ring(Samples.CALL, new DeviceId("phone"), Samples.NOW);

    rig.deliver(Samples.invited());

    assertThat(rig.sender.pushedDevices()).containsExactly(new DeviceId("tablet"));
    assertThat(rig.onlyDecision().report().excluded()).isEqualTo(1);
  }

  @Test
  void anEndedCallRingsNobodyAndNobodyIsLookedUp() {
    rig.directory.put(Samples.ALICE, Samples.device("phone"));
    rig.calls.end(Samples.CALL, Samples.NOW);

    rig.deliver(Samples.invited());

    assertThat(rig.directory.lookups()).isZero();
    assertThat(rig.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.ENDED));
  }

  @Test
  void atTheMomentOfWritingItIsAskedAgainWhetherTheCallGoesOn() {
    rig.directory.put(Samples.ALICE, Samples.device("phone"));
    rig.deliver(Samples.invited());
    WriteGuard guard = rig.sender.pushes().getFirst().guard();
    assertThat(guard.refusal()).isEmpty();

    rig.calls.ring(Samples.CALL, new DeviceId("phone"), Samples.NOW);
    assertThat(guard.refusal()).hasValue(PushOutcome.NotSentReason.RINGING);
    rig.calls.end(Samples.CALL, Samples.NOW);
    assertThat(guard.refusal()).hasValue(PushOutcome.NotSentReason.ENDED);
  }

  @Test
  void whatMayWakeAPhoneIsNotedForTheRingThroughTime() {
    rig.directory.put(
        Samples.ALICE,
        Samples.device("phone"),
        Samples.device("unwritten"),
        Samples.device("refused"));
    rig.sender.answerWith(
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

    rig.deliver(Samples.invited());

    assertThat(rig.calls.written()).containsExactly(new DeviceId("phone"));
  }

  @Test
  void aRepeatRingsNobody() {
    rig.directory.put(Samples.ALICE, Samples.device("phone"));
    rig.deliver(Samples.invited());

    rig.deliver(PipelineRig.at(43, Samples.invite()));

    assertThat(rig.sender.pushes()).hasSize(1);
    assertThat(rig.heard.getLast().disposition())
        .isEqualTo(new Disposition.Final(Verdict.DUPLICATE));
  }

  @Test
  void aRepeatDoesNotMakeTheNextOneRing() {
    rig.directory.put(Samples.ALICE, Samples.device("phone"));
    rig.deliver(Samples.invited());

    rig.deliver(PipelineRig.at(43, Samples.invite()));
    rig.deliver(PipelineRig.at(44, Samples.invite()));

    assertThat(rig.sender.pushes()).hasSize(1);
  }

  @Test
  void aRepeatOfWhatRangNobodyHasItsChance() {
    rig.deliver(Samples.invited());
    assertThat(rig.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.NO_DEVICES));
    rig.directory.put(Samples.ALICE, Samples.device("phone"));

    rig.deliver(PipelineRig.at(43, Samples.invite()));

    assertThat(rig.heard.getLast().disposition())
        .isEqualTo(new Disposition.Final(Verdict.ACCEPTED));
  }

  @Test
  void anotherAttemptAfterTheEndOfTheCallIsNoRepeat() {
    rig.directory.put(Samples.ALICE, Samples.device("phone"));
    rig.deliver(Samples.invited());
    rig.calls.end(Samples.CALL, Samples.NOW.plusSeconds(1));
    rig.clock.advance(Duration.ofSeconds(5));

    rig.deliver(PipelineRig.at(43, Samples.invite().asInvitedAt(rig.clock.instant())));
    rig.deliver(PipelineRig.at(44, Samples.invite().asInvitedAt(rig.clock.instant())));

    assertThat(rig.heard)
        .extracting(Decision::disposition)
        .containsExactly(
            new Disposition.Final(Verdict.ACCEPTED),
            new Disposition.Final(Verdict.ACCEPTED),
            new Disposition.Final(Verdict.DUPLICATE));
  }

  @Test
  void aRepeatAfterTheLongestRingingIsForgotten() {
    rig.directory.put(Samples.ALICE, Samples.device("phone"));
    CallInvite endless =
        Samples.invite().withDeadline(new Deadline(Samples.NOW.plus(Duration.ofHours(1))));
    rig.deliver(PipelineRig.at(42, endless));
    rig.clock.advance(Duration.ofMinutes(2));

    rig.deliver(PipelineRig.at(43, endless));

    assertThat(rig.sender.pushes()).hasSize(2);
  }

  @Test
  void anInviteThatWasOverBeforeItsAppendIsToldFromOneThatWaited() {
    CallInvite over = Samples.invite().withDeadline(new Deadline(Samples.NOW));
    CallInvite brief =
        Samples.invite().withDeadline(new Deadline(Samples.NOW.plus(Duration.ofMillis(1))));
    rig.clock.advance(Duration.ofMillis(1));

    rig.deliver(PipelineRig.at(42, over));
    rig.deliver(PipelineRig.at(43, brief));

    assertThat(rig.heard)
        .extracting(decision -> decision.report().skipped())
        .containsExactly(
            Optional.of(DeliveryReport.Skip.CLOCK_SKEW), Optional.of(DeliveryReport.Skip.LATE));
  }

  @Test
  void aRetryRingsOnlyWhatIsUnfinished() {
    rig.directory.put(Samples.ALICE, Samples.device("phone"), Samples.device("tablet"));
    Attempt second =
        Attempt.first(Samples.invite()).next(Optional.of(Set.of(new DeviceId("tablet"))), 1);

    rig.deliver(new Arrival.Invited(Samples.envelope(), second));

    assertThat(rig.sender.pushedDevices()).containsExactly(new DeviceId("tablet"));
  }

  @Test
  void aDeadTokenIsCalledDeadWithTheSettlement() {
    Device phone = Samples.device("phone");
    rig.directory.put(Samples.ALICE, phone);
    rig.sender.answerWith(
        request ->
            Samples.answered(
                request.device(),
                new PushOutcome.Unregistered(Optional.of(Samples.NOW)),
                410,
                "Unregistered"));

    rig.deliver(Samples.invited());

    assertThat(rig.onlyDecision().invalidations())
        .containsExactly(
            new TokenInvalidation(
                Samples.envelope().origin(), Samples.ALICE, phone, Samples.NOW, "Unregistered"));
  }
}
