package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.DeviceLookup.DeadDevice;
import dev.ringpost.testing.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InvitePipelineTest {

  private final PipelineRig rig = new PipelineRig();

  @Test
  void anInviteRingsThePhoneAndIsStored() {
    Device phone = Samples.device("phone");
    rig.directory.put(Samples.ALICE, phone);
    Arrival.Invited arrival = Samples.invited();

    rig.deliver(arrival);

    assertThat(rig.sender.pushes())
        .extracting(PushRequest::attempt)
        .containsExactly(arrival.attempt());
    assertThat(rig.sender.pushes()).extracting(PushRequest::device).containsExactly(phone);
    assertThat(rig.outbox.decisions())
        .containsExactly(
            new Decision(
                arrival,
                Samples.pushes(Samples.accepted(phone)),
                new Disposition.Final(Verdict.ACCEPTED),
                Samples.NOW));
  }

  @Test
  void allDevicesAreOrderedBeforeAnyHasItsOutcome() {
    Device phone = Samples.device("phone");
    Device tablet = Samples.device("tablet");
    Device watch = Samples.device("watch");
    rig.directory.put(Samples.ALICE, phone, tablet, watch);
    Map<Device, CompletableFuture<PushReport>> open = new ConcurrentHashMap<>();
    rig.sender.answerLater(
        request -> {
          CompletableFuture<PushReport> report = new CompletableFuture<>();
          open.put(request.device(), report);
          if (open.size() == 3) {
            open.forEach((device, waiting) -> waiting.complete(Samples.accepted(device)));
          }
          return report;
        });

    rig.deliver(Samples.invited());
    assertThat(rig.onlyDecision().report().pushes())
        .containsExactly(
            Samples.accepted(phone), Samples.accepted(tablet), Samples.accepted(watch));
  }

  @Test
  void anInviteIsDoneOnlyWhenItIsStored() {
    var stored = new CompletableFuture<Void>();
    rig.outbox.answerWith(stored);

    CompletableFuture<Void> done = rig.pipeline.deliver(Samples.invited(), () -> true, () -> {});

    assertThat(done).isNotDone();
    stored.complete(null);
    assertThat(done).isCompleted();
  }

  @Test
  void onlyDevicesOfTheAppThatIsCalledRing() {
    var other = new BundleId("com.example.desk");
    Device phone = Samples.device("phone");
    Device desk = Samples.device("desk", other, Samples.NOW);
    rig.directory.put(
        Samples.ALICE,
        new DeviceLookup(List.of(phone, desk), List.of(dead(Samples.device("old"))), false));

    rig.deliver(Samples.invited(Samples.invite(Optional.of(other), Set.of())));

    assertThat(rig.sender.pushedDevices()).containsExactly(desk.id());
    assertThat(rig.onlyDecision().report().dead()).isZero();
  }

  @Test
  void anInviteWithoutAnAppRingsDevicesOfEveryApp() {
    Device phone = Samples.device("phone");
    Device desk = Samples.device("desk", new BundleId("com.example.desk"), Samples.NOW);
    rig.directory.put(Samples.ALICE, phone, desk);

    rig.deliver(Samples.invited());

    assertThat(rig.sender.pushedDevices())
        .as("the newest registration first")
        .containsExactly(desk.id(), phone.id());
  }

  @Test
  void anExcludedDeviceIsNotRung() {
    Device phone = Samples.device("phone");
    Device tablet = Samples.device("tablet");
    rig.directory.put(Samples.ALICE, phone, tablet);

    rig.deliver(excluding("phone"));

    assertThat(rig.sender.pushedDevices()).containsExactly(tablet.id());
    assertThat(rig.onlyDecision().report().excluded()).isEqualTo(1);
  }

  @Test
  void nothingIsNeededWhenAllDevicesAreExcluded() {
    rig.directory.put(Samples.ALICE, Samples.device("phone"));

    rig.deliver(excluding("phone"));

    assertThat(rig.sender.pushes()).isEmpty();
    assertThat(rig.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.NOT_NEEDED));
  }

  @Test
  void anExcludedDeviceThatTheUserDoesNotHaveIsNobody() {
    rig.deliver(excluding("stranger"));

    assertThat(rig.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.NO_DEVICES));
  }

  @Test
  void atMostTheBoundRingsAndTheNewestWin() {
    Device[] newestFirst =
        IntStream.range(0, PipelineRig.MAX_DEVICES + 5)
            .mapToObj(
                age ->
                    Samples.device(
                        "phone-" + age, Samples.APP, Samples.NOW.minus(Duration.ofDays(age))))
            .toArray(Device[]::new);
    rig.directory.put(Samples.ALICE, newestFirst);

    rig.deliver(excluding("phone-0"));

    assertThat(rig.sender.pushedDevices())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, PipelineRig.MAX_DEVICES)
                .mapToObj(age -> new DeviceId("phone-" + age))
                .toList());
  }

  @Test
  void aDeadTokenIsNotRung() {
    Device phone = Samples.device("phone");
    rig.directory.put(Samples.ALICE, new DeviceLookup(List.of(), List.of(dead(phone)), false));

    rig.deliver(Samples.invited());

    assertThat(rig.sender.pushes()).isEmpty();
    assertThat(rig.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.ALL_DEAD));
  }

  @Test
  void whatALaggingViewDoesNotKnowIsNotCalledNoDevices() {
    rig.directory.put(Samples.ALICE, new DeviceLookup(List.of(), List.of(), true));

    rig.deliver(Samples.invited());

    assertThat(rig.onlyDisposition().told()).hasValue(Verdict.RETRYING);
  }

  @Test
  void anInviteThatIsExpiredOnArrivalIsNotEvenLookedUp() {
    rig.directory.put(Samples.ALICE, Samples.device("phone"));
    rig.clock.advance(Duration.between(Samples.NOW, Samples.DEADLINE.at()));

    rig.deliver(Samples.invited());

    assertThat(rig.directory.lookups()).isZero();
    assertThat(rig.sender.pushes()).isEmpty();
    assertThat(rig.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.EXPIRED));
  }

  @Test
  void anInviteIsStillRungInItsLastMoment() {
    rig.directory.put(Samples.ALICE, Samples.device("phone"));
    rig.clock.advance(Duration.between(Samples.NOW, Samples.DEADLINE.at()).minusNanos(1));

    rig.deliver(Samples.invited());

    assertThat(rig.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.ACCEPTED));
  }

  @Test
  void theDecisionIsMadeWithTheTimeWhenAllOutcomesAreKnown() {
    rig.directory.put(Samples.ALICE, Samples.device("phone"));
    rig.sender.answerWith(
        request -> {
          rig.clock.advance(Duration.ofMinutes(1));
          return Samples.unanswered(
              request.device(), new PushOutcome.TryAgain(PushOutcome.RetryReason.NO_ANSWER));
        });

    rig.deliver(Samples.invited());

    assertThat(rig.onlyDecision().decidedAt()).isEqualTo(Samples.NOW.plus(Duration.ofMinutes(1)));
    assertThat(rig.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.EXPIRED));
  }

  @Test
  void aRecordThatCannotBeReadBecomesADeadLetterWithoutALookup() {
    var flaw = new Flaw(DeadLetterReason.NOT_JSON, "the value is not JSON");
    Arrival arrival = Samples.malformed(flaw, Optional.of(Samples.CALL));

    rig.deliver(arrival);

    assertThat(rig.directory.lookups()).isZero();
    assertThat(rig.outbox.decisions())
        .containsExactly(
            new Decision(
                arrival, DeliveryReport.nothing(), new Disposition.DeadLetter(flaw), Samples.NOW));
  }

  @Test
  void theSenderCanAskWhetherThePartitionIsStillHeld() {
    rig.directory.put(Samples.ALICE, Samples.device("phone"));
    rig.sender.answerWith(
        request ->
            request
                .guard()
                .refusal()
                .map(why -> Samples.unanswered(request.device(), new PushOutcome.NotSent(why)))
                .orElseGet(() -> Samples.accepted(request.device())));

    assertThat(rig.pipeline.deliver(Samples.invited(), () -> false, () -> {})).isNotDone();

    assertThat(rig.onlyDisposition()).isEqualTo(new Disposition.Abandoned());
  }

  @Test
  void theListenerHearsEverySettlementBeforeItIsStored() {
    var storedBefore = new ArrayList<Integer>();
    var listening =
        rig.pipeline(_ -> storedBefore.add(rig.outbox.decisions().size()), Runnable::run);

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
    rig.directory.put(Samples.ALICE, Samples.device("phone"));
    Attempt second = Attempt.first(Samples.invite()).next(Optional.empty(), 0);

    rig.deliver(new Arrival.Invited(Samples.envelope(), second));

    assertThat(rig.sender.pushes()).extracting(PushRequest::attempt).containsExactly(second);
  }

  @Test
  void whatIsDecidedIsToldBeforeItIsStored() {
    Device phone = Samples.device("phone");
    rig.directory.put(Samples.ALICE, phone);
    var answer = new CompletableFuture<PushReport>();
    rig.sender.answerLater(_ -> answer);
    rig.outbox.answerWith(new CompletableFuture<>());
    var decided = new CompletableFuture<Void>();

    CompletableFuture<Void> stored =
        rig.pipeline.deliver(Samples.invited(), () -> true, () -> decided.complete(null));

    assertThat(decided).isNotDone();
    answer.complete(Samples.accepted(phone));
    assertThat(decided).isCompleted();
    assertThat(stored).isNotDone();
  }

  @Test
  void nothingIsDecidedOnTheThreadThatBringsTheAnswer() {
    Device phone = Samples.device("phone");
    rig.directory.put(Samples.ALICE, phone);
    var answer = new CompletableFuture<PushReport>();
    rig.sender.answerLater(_ -> answer);
    var later = new ArrayList<Runnable>();
    var patient = rig.pipeline(rig.heard::add, later::add);

    CompletableFuture<Void> stored = patient.deliver(Samples.invited(), () -> true, () -> {});
    answer.complete(Samples.accepted(phone));

    assertThat(rig.outbox.decisions()).isEmpty();
    later.forEach(Runnable::run);
    assertThat(stored).isCompleted();
    assertThat(rig.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.ACCEPTED));
  }

  @Test
  void aFaultOfOurOwnBecomesADeadLetterAndTheCallsServerIsTold() {
    rig.directory.put(Samples.ALICE, Samples.device("phone"));
    rig.sender.answerLater(
        _ -> {
          throw new IllegalStateException("planted");
        });

    rig.deliver(Samples.invited());

    Disposition disposition = rig.outbox.decisions().getFirst().disposition();
    assertThat(disposition)
        .isEqualTo(
            new Disposition.DeadLetter(
                new Flaw(DeadLetterReason.INTERNAL, "fault: IllegalStateException")));
    assertThat(disposition.told()).hasValue(Verdict.FAILED);
  }

  private static DeadDevice dead(Device device) {
    return new DeadDevice(device, Samples.NOW.minusSeconds(60));
  }

  private static Arrival.Invited excluding(String... devices) {
    return Samples.invited(
        Samples.invite(
            Optional.empty(), Set.copyOf(Arrays.stream(devices).map(DeviceId::new).toList())));
  }
}
