package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Deadline;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.Origin;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.SettableClock;
import dev.ringpost.testing.TestingCallStates;
import dev.ringpost.testing.TestingOutbox;
import dev.ringpost.testing.TestingPushSender;
import dev.ringpost.testing.TestingTokenDirectory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InvitePipelineTest {

  private static final int MAX_DEVICES = 20;
  private static final DeliverySettings SETTINGS =
      new DeliverySettings(
          MAX_DEVICES,
          new RetryLadder(List.of(Duration.ofSeconds(1), Duration.ofSeconds(2))),
          Duration.ofMinutes(2),
          false,
          new DeliverySettings.Fuse(50, 0.5, Duration.ofMinutes(1)));

  private final TestingTokenDirectory directory = new TestingTokenDirectory();
  private final TestingCallStates calls = new TestingCallStates();
  private final TestingPushSender sender = new TestingPushSender();
  private final TestingOutbox outbox = new TestingOutbox();
  private final List<Settlement> heard = new CopyOnWriteArrayList<>();
  private final SettableClock clock = new SettableClock(Samples.NOW);
  private final InvitePipeline pipeline = pipeline(heard::add, Runnable::run);

  @Test
  void anInviteRingsThePhoneAndIsStored() {
    Device phone = Samples.device("phone");
    directory.put(Samples.ALICE, phone);
    Arrival.Invited arrival = Samples.invited();

    deliver(arrival);

    assertThat(sender.rings()).extracting(Ring::attempt).containsExactly(arrival.attempt());
    assertThat(sender.rings()).extracting(Ring::device).containsExactly(phone);
    assertThat(outbox.settlements())
        .containsExactly(
            new Settlement(
                arrival,
                Samples.pushes(Samples.accepted(phone)),
                new Disposition.Settled(Verdict.ACCEPTED),
                Samples.NOW));
  }

  @Test
  void allDevicesAreOrderedBeforeAnyHasItsOutcome() {
    Device phone = Samples.device("phone");
    Device tablet = Samples.device("tablet");
    Device watch = Samples.device("watch");
    directory.put(Samples.ALICE, phone, tablet, watch);
    Map<Device, CompletableFuture<PushReport>> open = new ConcurrentHashMap<>();
    sender.answerLater(
        ring -> {
          CompletableFuture<PushReport> report = new CompletableFuture<>();
          open.put(ring.device(), report);
          if (open.size() == 3) {
            open.forEach((device, waiting) -> waiting.complete(Samples.accepted(device)));
          }
          return report;
        });

    deliver(Samples.invited());
    assertThat(onlySettlement().report().pushes())
        .containsExactly(
            Samples.accepted(phone), Samples.accepted(tablet), Samples.accepted(watch));
  }

  @Test
  void anInviteIsDoneOnlyWhenItIsStored() {
    var stored = new CompletableFuture<Void>();
    outbox.answerWith(stored);

    CompletableFuture<Void> done = pipeline.deliver(Samples.invited(), () -> true, () -> {});

    assertThat(done).isNotDone();
    stored.complete(null);
    assertThat(done).isCompleted();
  }

  @Test
  void onlyDevicesOfTheAppThatIsCalledRing() {
    var other = new BundleId("com.example.desk");
    Device phone = Samples.device("phone");
    Device desk = Samples.device("desk", other, Samples.NOW);
    directory.put(Samples.ALICE, new DeviceLookup(List.of(phone, desk), List.of(phone), false));

    deliver(Samples.invited(Samples.invite(Optional.of(other), Set.of())));

    assertThat(sender.rungDevices()).containsExactly(desk.id());
    assertThat(onlySettlement().report().dead()).isZero();
  }

  @Test
  void anInviteWithoutAnAppRingsDevicesOfEveryApp() {
    Device phone = Samples.device("phone");
    Device desk = Samples.device("desk", new BundleId("com.example.desk"), Samples.NOW);
    directory.put(Samples.ALICE, phone, desk);

    deliver(Samples.invited());

    assertThat(sender.rungDevices()).containsExactly(phone.id(), desk.id());
  }

  @Test
  void anExcludedDeviceIsNotRung() {
    Device phone = Samples.device("phone");
    Device tablet = Samples.device("tablet");
    directory.put(Samples.ALICE, phone, tablet);

    deliver(excluding("phone"));

    assertThat(sender.rungDevices()).containsExactly(tablet.id());
    assertThat(onlySettlement().report().excluded()).isEqualTo(1);
  }

  @Test
  void nothingIsNeededWhenAllDevicesAreExcluded() {
    directory.put(Samples.ALICE, Samples.device("phone"));

    deliver(excluding("phone"));

    assertThat(sender.rings()).isEmpty();
    assertThat(onlyDisposition()).isEqualTo(new Disposition.Settled(Verdict.NOT_NEEDED));
  }

  @Test
  void anExcludedDeviceThatTheUserDoesNotHaveIsNobody() {
    deliver(excluding("stranger"));

    assertThat(onlyDisposition()).isEqualTo(new Disposition.Settled(Verdict.NO_DEVICES));
  }

  @Test
  void atMostTheBoundRingsAndTheNewestWin() {
    Device[] newestFirst =
        IntStream.range(0, MAX_DEVICES + 5)
            .mapToObj(
                age ->
                    Samples.device(
                        "phone-" + age, Samples.APP, Samples.NOW.minus(Duration.ofDays(age))))
            .toArray(Device[]::new);
    directory.put(Samples.ALICE, newestFirst);

    deliver(excluding("phone-0"));

    assertThat(sender.rungDevices())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, MAX_DEVICES)
                .mapToObj(age -> new DeviceId("phone-" + age))
                .toList());
  }

  @Test
  void aDeadTokenIsNotRung() {
    Device phone = Samples.device("phone");
    directory.put(Samples.ALICE, new DeviceLookup(List.of(), List.of(phone), false));

    deliver(Samples.invited());

    assertThat(sender.rings()).isEmpty();
    assertThat(onlyDisposition()).isEqualTo(new Disposition.Settled(Verdict.ALL_DEAD));
  }

  @Test
  void whatALaggingViewDoesNotKnowIsNotCalledNoDevices() {
    directory.put(Samples.ALICE, new DeviceLookup(List.of(), List.of(), true));

    deliver(Samples.invited());

    assertThat(onlyDisposition().told()).hasValue(Verdict.RETRYING);
  }

  @Test
  void anInviteThatIsExpiredOnArrivalIsNotEvenLookedUp() {
    directory.put(Samples.ALICE, Samples.device("phone"));
    clock.advance(Duration.between(Samples.NOW, Samples.DEADLINE.at()));

    deliver(Samples.invited());

    assertThat(directory.lookups()).isZero();
    assertThat(sender.rings()).isEmpty();
    assertThat(onlyDisposition()).isEqualTo(new Disposition.Settled(Verdict.EXPIRED));
  }

  @Test
  void anInviteIsStillRungInItsLastMoment() {
    directory.put(Samples.ALICE, Samples.device("phone"));
    clock.advance(Duration.between(Samples.NOW, Samples.DEADLINE.at()).minusNanos(1));

    deliver(Samples.invited());

    assertThat(onlyDisposition()).isEqualTo(new Disposition.Settled(Verdict.ACCEPTED));
  }

  @Test
  void theDecisionIsMadeWithTheTimeWhenAllOutcomesAreKnown() {
    directory.put(Samples.ALICE, Samples.device("phone"));
    sender.answerWith(
        ring -> {
          clock.advance(Duration.ofMinutes(1));
          return Samples.unanswered(
              ring.device(), new PushOutcome.TryAgain(PushOutcome.Cause.NO_ANSWER));
        });

    deliver(Samples.invited());

    assertThat(onlySettlement().decidedAt()).isEqualTo(Samples.NOW.plus(Duration.ofMinutes(1)));
    assertThat(onlyDisposition()).isEqualTo(new Disposition.Settled(Verdict.EXPIRED));
  }

  @Test
  void aRecordThatCannotBeReadBecomesADeadLetterWithoutALookup() {
    var flaw = new Flaw(DeadLetterReason.NOT_JSON, "the value is not JSON");
    Arrival arrival = Samples.malformed(flaw, Optional.of(Samples.CALL));

    deliver(arrival);

    assertThat(directory.lookups()).isZero();
    assertThat(outbox.settlements())
        .containsExactly(
            new Settlement(
                arrival,
                new DeliveryReport(List.of(), 0, 0, false),
                new Disposition.DeadLetter(flaw),
                Samples.NOW));
  }

  @Test
  void theSenderCanAskWhetherThePartitionIsStillHeld() {
    directory.put(Samples.ALICE, Samples.device("phone"));
    sender.answerWith(
        ring ->
            ring.guard()
                .refusal()
                .map(why -> Samples.unanswered(ring.device(), new PushOutcome.NotSent(why)))
                .orElseGet(() -> Samples.accepted(ring.device())));

    assertThat(pipeline.deliver(Samples.invited(), () -> false, () -> {})).isCompleted();

    assertThat(onlyDisposition()).isEqualTo(new Disposition.Abandoned());
  }

  @Test
  void theListenerHearsEverySettlementBeforeItIsStored() {
    var storedBefore = new ArrayList<Integer>();
    var listening = pipeline(_ -> storedBefore.add(outbox.settlements().size()), Runnable::run);

    assertThat(listening.deliver(Samples.invited(), () -> true, () -> {})).isCompleted();
    assertThat(
            listening.deliver(
                Samples.malformed(new Flaw(DeadLetterReason.EMPTY, "no value"), Optional.empty()),
                () -> true,
                () -> {}))
        .isCompleted();

    assertThat(storedBefore).containsExactly(0, 1);
  }

  @Test
  void aSecondAttemptIsRungAsSuch() {
    directory.put(Samples.ALICE, Samples.device("phone"));
    Attempt second = Attempt.first(Samples.invite()).next(Optional.empty(), 0);

    deliver(new Arrival.Invited(Samples.envelope(), second));

    assertThat(sender.rings()).extracting(Ring::attempt).containsExactly(second);
  }

  @Test
  void whatIsDecidedIsToldBeforeItIsStored() {
    Device phone = Samples.device("phone");
    directory.put(Samples.ALICE, phone);
    var answer = new CompletableFuture<PushReport>();
    sender.answerLater(_ -> answer);
    outbox.answerWith(new CompletableFuture<>());
    var decided = new CompletableFuture<Void>();

    CompletableFuture<Void> stored =
        pipeline.deliver(Samples.invited(), () -> true, () -> decided.complete(null));

    assertThat(decided).isNotDone();
    answer.complete(Samples.accepted(phone));
    assertThat(decided).isCompleted();
    assertThat(stored).isNotDone();
  }

  @Test
  void nothingIsDecidedOnTheThreadThatBringsTheAnswer() {
    Device phone = Samples.device("phone");
    directory.put(Samples.ALICE, phone);
    var answer = new CompletableFuture<PushReport>();
    sender.answerLater(_ -> answer);
    var later = new ArrayList<Runnable>();
    var patient = pipeline(heard::add, later::add);

    CompletableFuture<Void> stored = patient.deliver(Samples.invited(), () -> true, () -> {});
    answer.complete(Samples.accepted(phone));

    assertThat(outbox.settlements()).isEmpty();
    later.forEach(Runnable::run);
    assertThat(stored).isCompleted();
    assertThat(onlyDisposition()).isEqualTo(new Disposition.Settled(Verdict.ACCEPTED));
  }

  @Test
  void aDeviceThatRingsAlreadyIsNotPushed() {
    directory.put(Samples.ALICE, Samples.device("phone"), Samples.device("tablet"));
    calls.ring(new DeviceId("phone"));

    deliver(Samples.invited());

    assertThat(sender.rungDevices()).containsExactly(new DeviceId("tablet"));
    assertThat(onlySettlement().report().excluded()).isEqualTo(1);
  }

  @Test
  void anEndedCallRingsNobodyAndNobodyIsLookedUp() {
    directory.put(Samples.ALICE, Samples.device("phone"));
    calls.end(Samples.CALL, Samples.NOW);

    deliver(Samples.invited());

    assertThat(directory.lookups()).isZero();
    assertThat(onlyDisposition()).isEqualTo(new Disposition.Settled(Verdict.ENDED));
  }

  @Test
  void atTheMomentOfWritingItIsAskedAgainWhetherTheCallGoesOn() {
    directory.put(Samples.ALICE, Samples.device("phone"));
    deliver(Samples.invited());
    RingGuard guard = sender.rings().getFirst().guard();
    assertThat(guard.refusal()).isEmpty();

    calls.ring(new DeviceId("phone"));
    assertThat(guard.refusal()).hasValue(PushOutcome.Why.RINGING);
    calls.end(Samples.CALL, Samples.NOW);
    assertThat(guard.refusal()).hasValue(PushOutcome.Why.ENDED);
  }

  @Test
  void whatWasWrittenIsNotedForTheRingThroughTime() {
    directory.put(Samples.ALICE, Samples.device("phone"), Samples.device("tablet"));
    sender.answerWith(
        ring ->
            ring.device().id().value().equals("phone")
                ? Samples.accepted(ring.device())
                : Samples.unanswered(
                    ring.device(), new PushOutcome.TryAgain(PushOutcome.Cause.BUSY)));

    deliver(Samples.invited());

    assertThat(calls.written()).containsExactly(new DeviceId("phone"));
  }

  @Test
  void aRepeatRingsNobody() {
    directory.put(Samples.ALICE, Samples.device("phone"));
    deliver(Samples.invited());

    deliver(at(43, Samples.invite()));

    assertThat(sender.rings()).hasSize(1);
    assertThat(heard.getLast().disposition()).isEqualTo(new Disposition.Settled(Verdict.DUPLICATE));
  }

  @Test
  void theSameRecordReadAgainIsNoRepeat() {
    directory.put(Samples.ALICE, Samples.device("phone"));
    deliver(Samples.invited());
    deliver(Samples.invited());

    assertThat(sender.rings()).hasSize(2);
  }

  @Test
  void aRepeatOfWhatRangNobodyHasItsChance() {
    deliver(Samples.invited());
    assertThat(onlyDisposition()).isEqualTo(new Disposition.Settled(Verdict.NO_DEVICES));
    directory.put(Samples.ALICE, Samples.device("phone"));

    deliver(at(43, Samples.invite()));

    assertThat(heard.getLast().disposition()).isEqualTo(new Disposition.Settled(Verdict.ACCEPTED));
  }

  @Test
  void anotherAttemptAfterTheEndOfTheCallIsNoRepeat() {
    directory.put(Samples.ALICE, Samples.device("phone"));
    deliver(Samples.invited());
    calls.end(Samples.CALL, Samples.NOW.plusSeconds(1));
    clock.advance(Duration.ofSeconds(5));

    deliver(at(43, Samples.invite().asInvitedAt(clock.instant())));
    deliver(at(44, Samples.invite().asInvitedAt(clock.instant())));

    assertThat(heard)
        .extracting(Settlement::disposition)
        .containsExactly(
            new Disposition.Settled(Verdict.ACCEPTED),
            new Disposition.Settled(Verdict.ACCEPTED),
            new Disposition.Settled(Verdict.DUPLICATE));
  }

  @Test
  void aRepeatAfterTheLongestRingingIsForgotten() {
    directory.put(Samples.ALICE, Samples.device("phone"));
    CallInvite endless =
        Samples.invite().withDeadline(new Deadline(Samples.NOW.plus(Duration.ofHours(1))));
    deliver(at(42, endless));
    clock.advance(Duration.ofMinutes(2));

    deliver(at(43, endless));

    assertThat(sender.rings()).hasSize(2);
  }

  @Test
  void anInviteThatIsExpiredThoughItIsYoungNamesTheClocks() {
    CallInvite over = Samples.invite().withDeadline(new Deadline(Samples.NOW));

    deliver(at(42, over));
    clock.advance(InvitePipeline.CLOCK_SKEW);
    deliver(at(43, over));

    assertThat(heard)
        .extracting(settlement -> settlement.report().skipped())
        .containsExactly(
            Optional.of(DeliveryReport.Skip.CLOCK_SKEW), Optional.of(DeliveryReport.Skip.LATE));
  }

  @Test
  void aRetryRingsOnlyWhatIsUnfinished() {
    directory.put(Samples.ALICE, Samples.device("phone"), Samples.device("tablet"));
    Attempt second =
        Attempt.first(Samples.invite()).next(Optional.of(Set.of(new DeviceId("tablet"))), 1);

    deliver(new Arrival.Invited(Samples.envelope(), second));

    assertThat(sender.rungDevices()).containsExactly(new DeviceId("tablet"));
  }

  @Test
  void aDeadTokenIsCalledDeadWithTheSettlement() {
    Device phone = Samples.device("phone");
    directory.put(Samples.ALICE, phone);
    sender.answerWith(
        ring ->
            Samples.answered(
                ring.device(),
                new PushOutcome.TokenGone(Optional.of(Samples.NOW)),
                410,
                "Unregistered"));

    deliver(Samples.invited());

    assertThat(onlySettlement().invalidations())
        .containsExactly(
            new TokenInvalidation(
                Samples.envelope().origin(), Samples.ALICE, phone, Samples.NOW, "Unregistered"));
  }

  @Test
  void aFaultOfOurOwnBecomesADeadLetterAndTheCallsServerIsTold() {
    directory.put(Samples.ALICE, Samples.device("phone"));
    sender.answerLater(
        _ -> {
          throw new IllegalStateException("planted");
        });

    deliver(Samples.invited());

    Disposition disposition = outbox.settlements().getFirst().disposition();
    assertThat(disposition)
        .isEqualTo(
            new Disposition.DeadLetter(
                new Flaw(DeadLetterReason.INTERNAL, "fault: IllegalStateException")));
    assertThat(disposition.told()).hasValue(Verdict.FAILED);
  }

  /** Delivers something from a partition that is held, through an outbox that stores at once. */
  private void deliver(Arrival arrival) {
    assertThat(pipeline.deliver(arrival, () -> true, () -> {})).isCompleted();
  }

  private InvitePipeline pipeline(DeliveryListener listener, Executor decisions) {
    return new InvitePipeline(
        directory,
        calls,
        sender,
        outbox,
        listener,
        clock,
        SETTINGS,
        new TokenFuse(SETTINGS.fuse()),
        decisions);
  }

  /** The invite as it stands at an offset. */
  private static Arrival.Invited at(long offset, CallInvite invite) {
    Envelope sample = Samples.envelope();
    var origin = new Origin("call-invites", 3, offset, Samples.NOW);
    return new Arrival.Invited(
        new Envelope(origin, sample.key(), sample.value(), List.of()), Attempt.first(invite));
  }

  private static Arrival.Invited excluding(String... devices) {
    return Samples.invited(
        Samples.invite(
            Optional.empty(), Set.copyOf(Arrays.stream(devices).map(DeviceId::new).toList())));
  }

  private Settlement onlySettlement() {
    assertThat(heard).isEqualTo(outbox.settlements()).hasSize(1);
    return heard.getFirst();
  }

  private Disposition onlyDisposition() {
    return onlySettlement().disposition();
  }
}
