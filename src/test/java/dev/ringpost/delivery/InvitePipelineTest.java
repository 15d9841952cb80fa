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

  private final PipelineFixture fixture = new PipelineFixture();

  @Test
  void anInviteRingsThePhoneAndIsStored() {
    Device phone = Samples.device("phone");
    fixture.directory.put(Samples.ALICE, phone);
    Arrival.Invited arrival = Samples.invited();

    fixture.deliver(arrival);

    assertThat(fixture.sender.pushes())
        .extracting(PushRequest::attempt)
        .containsExactly(arrival.attempt());
    assertThat(fixture.sender.pushes()).extracting(PushRequest::device).containsExactly(phone);
    assertThat(fixture.outbox.decisions())
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
    fixture.directory.put(Samples.ALICE, phone, tablet, watch);
    Map<Device, CompletableFuture<PushReport>> open = new ConcurrentHashMap<>();
    fixture.sender.answerLater(
        request -> {
          CompletableFuture<PushReport> report = new CompletableFuture<>();
          open.put(request.device(), report);
          if (open.size() == 3) {
            open.forEach((device, waiting) -> waiting.complete(Samples.accepted(device)));
          }
          return report;
        });

    fixture.deliver(Samples.invited());
    assertThat(fixture.onlyDecision().report().pushes())
        .containsExactly(
            Samples.accepted(phone), Samples.accepted(tablet), Samples.accepted(watch));
  }

  @Test
  void anInviteIsDoneOnlyWhenItIsStored() {
    var stored = new CompletableFuture<Void>();
    fixture.outbox.answerWith(stored);

    CompletableFuture<Void> done =
        fixture.pipeline.deliver(Samples.invited(), () -> true, () -> {});

    assertThat(done).isNotDone();
    stored.complete(null);
    assertThat(done).isCompleted();
  }

  @Test
  void onlyDevicesOfTheAppThatIsCalledRing() {
    var other = new BundleId("com.example.desk");
    Device phone = Samples.device("phone");
    Device desk = Samples.device("desk", other, Samples.NOW);
    fixture.directory.put(
        Samples.ALICE,
        new DeviceLookup(List.of(phone, desk), List.of(dead(Samples.device("old"))), false));

    fixture.deliver(Samples.invited(Samples.invite(Optional.of(other), Set.of())));

    assertThat(fixture.sender.pushedDevices()).containsExactly(desk.id());
    assertThat(fixture.onlyDecision().report().dead()).isZero();
  }

  @Test
  void anInviteWithoutAnAppRingsDevicesOfEveryApp() {
    Device phone = Samples.device("phone");
    Device desk = Samples.device("desk", new BundleId("com.example.desk"), Samples.NOW);
    fixture.directory.put(Samples.ALICE, phone, desk);

    fixture.deliver(Samples.invited());

    assertThat(fixture.sender.pushedDevices())
        .as("the newest registration first")
        .containsExactly(desk.id(), phone.id());
  }

  @Test
  void anExcludedDeviceIsNotRung() {
    Device phone = Samples.device("phone");
    Device tablet = Samples.device("tablet");
    fixture.directory.put(Samples.ALICE, phone, tablet);

    fixture.deliver(excluding("phone"));

    assertThat(fixture.sender.pushedDevices()).containsExactly(tablet.id());
    assertThat(fixture.onlyDecision().report().excluded()).isEqualTo(1);
  }

  @Test
  void nothingIsNeededWhenAllDevicesAreExcluded() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));

    fixture.deliver(excluding("phone"));

    assertThat(fixture.sender.pushes()).isEmpty();
    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.NOT_NEEDED));
  }

  @Test
  void anExcludedDeviceThatTheUserDoesNotHaveIsNobody() {
    fixture.deliver(excluding("stranger"));

    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.NO_DEVICES));
  }

  @Test
  void atMostTheBoundRingsAndTheNewestWin() {
    Device[] newestFirst =
        IntStream.range(0, PipelineFixture.MAX_DEVICES + 5)
            .mapToObj(
                age ->
                    Samples.device(
                        "phone-" + age, Samples.APP, Samples.NOW.minus(Duration.ofDays(age))))
            .toArray(Device[]::new);
    fixture.directory.put(Samples.ALICE, newestFirst);

    fixture.deliver(excluding("phone-0"));

    assertThat(fixture.sender.pushedDevices())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, PipelineFixture.MAX_DEVICES)
                .mapToObj(age -> new DeviceId("phone-" + age))
                .toList());
  }

  @Test
  void aDeadTokenIsNotRung() {
    Device phone = Samples.device("phone");
    fixture.directory.put(Samples.ALICE, new DeviceLookup(List.of(), List.of(dead(phone)), false));

    fixture.deliver(Samples.invited());

    assertThat(fixture.sender.pushes()).isEmpty();
    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.ALL_DEAD));
  }

  @Test
  void whatALaggingViewDoesNotKnowIsNotCalledNoDevices() {
    fixture.directory.put(Samples.ALICE, new DeviceLookup(List.of(), List.of(), true));

    fixture.deliver(Samples.invited());

    assertThat(fixture.onlyDisposition().told()).hasValue(Verdict.RETRYING);
  }

  @Test
  void anInviteThatIsExpiredOnArrivalIsNotEvenLookedUp() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));
    fixture.clock.advance(Duration.between(Samples.NOW, Samples.DEADLINE.at()));

    fixture.deliver(Samples.invited());

    assertThat(fixture.directory.lookups()).isZero();
    assertThat(fixture.sender.pushes()).isEmpty();
    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.EXPIRED));
  }

  @Test
  void anInviteIsStillRungInItsLastMoment() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));
    fixture.clock.advance(Duration.between(Samples.NOW, Samples.DEADLINE.at()).minusNanos(1));

    fixture.deliver(Samples.invited());

    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.ACCEPTED));
  }

  @Test
  void theDecisionIsMadeWithTheTimeWhenAllOutcomesAreKnown() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));
    fixture.sender.answerWith(
        request -> {
          fixture.clock.advance(Duration.ofMinutes(1));
          return Samples.unanswered(
              request.device(), new PushOutcome.TryAgain(PushOutcome.RetryReason.NO_ANSWER));
        });

    fixture.deliver(Samples.invited());

    assertThat(fixture.onlyDecision().decidedAt())
        .isEqualTo(Samples.NOW.plus(Duration.ofMinutes(1)));
    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.EXPIRED));
  }

  @Test
  void aRecordThatCannotBeReadBecomesADeadLetterWithoutALookup() {
    var flaw = new Flaw(DeadLetterReason.NOT_JSON, "the value is not JSON");
    Arrival arrival = Samples.malformed(flaw, Optional.of(Samples.CALL));

    fixture.deliver(arrival);

    assertThat(fixture.directory.lookups()).isZero();
    assertThat(fixture.outbox.decisions())
        .containsExactly(
            new Decision(
                arrival, DeliveryReport.nothing(), new Disposition.DeadLetter(flaw), Samples.NOW));
  }

  @Test
  void theSenderCanAskWhetherThePartitionIsStillHeld() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));
    fixture.sender.answerWith(
        request ->
            request
                .guard()
                .refusal()
                .map(why -> Samples.unanswered(request.device(), new PushOutcome.NotSent(why)))
                .orElseGet(() -> Samples.accepted(request.device())));

    assertThat(fixture.pipeline.deliver(Samples.invited(), () -> false, () -> {})).isNotDone();

    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Abandoned());
  }

  @Test
  void theListenerHearsEverySettlementBeforeItIsStored() {
    var storedBefore = new ArrayList<Integer>();
    var listening =
        fixture.pipeline(_ -> storedBefore.add(fixture.outbox.decisions().size()), Runnable::run);

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
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));
    Attempt second = Attempt.first(Samples.invite()).next(Optional.empty(), 0);

    fixture.deliver(new Arrival.Invited(Samples.envelope(), second));

    assertThat(fixture.sender.pushes()).extracting(PushRequest::attempt).containsExactly(second);
  }

  @Test
  void whatIsDecidedIsToldBeforeItIsStored() {
    Device phone = Samples.device("phone");
    fixture.directory.put(Samples.ALICE, phone);
    var answer = new CompletableFuture<PushReport>();
    fixture.sender.answerLater(_ -> answer);
    fixture.outbox.answerWith(new CompletableFuture<>());
    var decided = new CompletableFuture<Void>();

    CompletableFuture<Void> stored =
        fixture.pipeline.deliver(Samples.invited(), () -> true, () -> decided.complete(null));

    assertThat(decided).isNotDone();
    answer.complete(Samples.accepted(phone));
    assertThat(decided).isCompleted();
    assertThat(stored).isNotDone();
  }

  @Test
  void nothingIsDecidedOnTheThreadThatBringsTheAnswer() {
    Device phone = Samples.device("phone");
    fixture.directory.put(Samples.ALICE, phone);
    var answer = new CompletableFuture<PushReport>();
    fixture.sender.answerLater(_ -> answer);
    var later = new ArrayList<Runnable>();
    var patient = fixture.pipeline(fixture.heard::add, later::add);

    CompletableFuture<Void> stored = patient.deliver(Samples.invited(), () -> true, () -> {});
    answer.complete(Samples.accepted(phone));

    assertThat(fixture.outbox.decisions()).isEmpty();
    later.forEach(Runnable::run);
    assertThat(stored).isCompleted();
    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.ACCEPTED));
  }

  @Test
  void aFaultOfOurOwnBecomesADeadLetterAndTheCallsServerIsTold() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));
    fixture.sender.answerLater(
        _ -> {
          fixture.clock.advance(Duration.ofSeconds(1));
          throw new IllegalStateException("planted");
        });

    fixture.deliver(Samples.invited());

    Decision decision = fixture.outbox.decisions().getFirst();
    assertThat(decision.begunAt()).isEqualTo(Samples.NOW);
    assertThat(decision.decidedAt()).isEqualTo(Samples.NOW.plusSeconds(1));
    assertThat(decision.disposition())
        .isEqualTo(
            new Disposition.DeadLetter(
                new Flaw(DeadLetterReason.INTERNAL, "fault: IllegalStateException")));
    assertThat(decision.disposition().told()).hasValue(Verdict.FAILED);
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
