package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Flaw;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.SettableClock;
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
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InvitePipelineTest {

  private static final int MAX_DEVICES = 20;

  private final TestingTokenDirectory directory = new TestingTokenDirectory();
  private final TestingPushSender sender = new TestingPushSender();
  private final TestingOutbox outbox = new TestingOutbox();
  private final List<Settlement> heard = new CopyOnWriteArrayList<>();
  private final SettableClock clock = new SettableClock(Samples.NOW);
  private final InvitePipeline pipeline =
      new InvitePipeline(directory, sender, outbox, heard::add, clock, MAX_DEVICES, Runnable::run);

  @Test
  void anInviteRingsThePhoneAndIsStored() {
    Device phone = Samples.device("phone");
    directory.put(Samples.ALICE, phone);
    Arrival.Invited arrival = Samples.invited();

    BooleanSupplier held = () -> true;

    assertThat(pipeline.deliver(arrival, held, () -> {})).isCompleted();

    assertThat(sender.rings()).containsExactly(new Ring(arrival.attempt(), phone, held));
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

    assertThat(onlyDisposition()).isEqualTo(new Disposition.Settled(Verdict.FAILED));
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
            ring.held().getAsBoolean()
                ? Samples.accepted(ring.device())
                : Samples.unanswered(ring.device(), new PushOutcome.NotSent(PushOutcome.Why.LOST)));

    assertThat(pipeline.deliver(Samples.invited(), () -> false, () -> {})).isCompleted();

    assertThat(onlyDisposition()).isEqualTo(new Disposition.Abandoned());
  }

  @Test
  void theListenerHearsEverySettlementBeforeItIsStored() {
    var storedBefore = new ArrayList<Integer>();
    var listening =
        new InvitePipeline(
            directory,
            sender,
            outbox,
            _ -> storedBefore.add(outbox.settlements().size()),
            clock,
            MAX_DEVICES,
            Runnable::run);

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
    var second = new Attempt(Samples.invite(), 2);

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
    var patient =
        new InvitePipeline(directory, sender, outbox, heard::add, clock, MAX_DEVICES, later::add);

    CompletableFuture<Void> stored = patient.deliver(Samples.invited(), () -> true, () -> {});
    answer.complete(Samples.accepted(phone));

    assertThat(outbox.settlements()).isEmpty();
    later.forEach(Runnable::run);
    assertThat(stored).isCompleted();
    assertThat(onlyDisposition()).isEqualTo(new Disposition.Settled(Verdict.ACCEPTED));
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
