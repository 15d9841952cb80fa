package dev.ringpost.delivery.missed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.DeliverySettings;
import dev.ringpost.delivery.DeviceLookup;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.TokenFuse;
import dev.ringpost.delivery.TokenInvalidation;
import dev.ringpost.delivery.missed.CallFates.Fate;
import dev.ringpost.delivery.missed.MissedCallListener.End;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.SettableClock;
import dev.ringpost.testing.TestingPushSender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The way of a call that is over. */
@Timeout(20)
class MissedCallsTest implements MissedCallListener {

  private static final Duration EXPIRATION = Duration.ofHours(24);

  private final SettableClock clock = new SettableClock(Samples.DEADLINE.at().plusSeconds(2));
  private final TestingPushSender sender = new TestingPushSender(clock, Duration.ofSeconds(4));
  private final Waits later = new Waits();
  private final List<End> ends = new ArrayList<>();
  private final List<TokenInvalidation> invalidated = new ArrayList<>();
  private CompletableFuture<Void> invalidationStored = CompletableFuture.completedFuture(null);
  private Fate fate = Fate.UNANSWERED;
  private DeviceLookup lookup = new DeviceLookup(List.of(Samples.alert("phone")), List.of(), false);
  private boolean held = true;
  private int placesGivenBack;
  private final MissedCalls calls = calls(20);

  private MissedCalls calls(int maxDevices) {
    return new MissedCalls(
        _ -> fate,
        _ -> lookup,
        sender,
        dead -> {
          invalidated.add(dead);
          return invalidationStored;
        },
        this,
        new TokenFuse(new DeliverySettings.Fuse(50, 0.2, Duration.ofMinutes(10))),
        new MissedCallSettings(EXPIRATION, maxDevices, false),
        clock,
        System::nanoTime,
        later);
  }

  @Override
  public void ended(End end) {
    ends.add(end);
  }

  @Override
  public void pushed(PushReport push) {}

  @Test
  void aCallThatNobodyTookIsToldOnce() {
    assertThat(handle(1)).isCompleted();

    assertThat(ends).containsExactly(End.TOLD);
    assertThat(sender.pushes())
        .singleElement()
        .satisfies(
            push -> {
              assertThat(push.device().kind()).isEqualTo(DeviceKey.Kind.ALERT);
              assertThat(push.attempt().invite().callUuid()).isEqualTo(Samples.invite().callUuid());
              assertThat(push.attempt().invite().deadline().at())
                  .isEqualTo(Samples.DEADLINE.at().plus(EXPIRATION));
            });
  }

  @ParameterizedTest
  @CsvSource({"ANSWERED, ANSWERED", "DECLINED, DECLINED", "FORGOTTEN, FORGOTTEN"})
  void aCallThatWasTakenOrMayHaveBeenIsNotTold(Fate told, End end) {
    fate = told;
    for (int accepted : new int[] {0, 1}) {
      assertThat(handle(calls(20), missable(accepted))).isCompleted();
    }

    assertThat(sender.pushes()).isEmpty();
    assertThat(ends).containsExactly(end, end);
  }

  @Test
  void whereNobodyTellsOfAnswersOnlyACallThatFoundNobodyIsMissed() {
    fate = Fate.UNTOLD;

    assertThat(handle(calls(20), missable(1))).isCompleted();
    assertThat(sender.pushes()).isEmpty();
    assertThat(handle(calls(20), missable(0))).isCompleted();
    assertThat(sender.pushes()).hasSize(1);
    assertThat(ends).containsExactly(End.UNTOLD, End.TOLD);
  }

  @Test
  void aRecordThatComesAgainTellsNothing() {
    assertThat(handle(1)).isCompleted();
    assertThat(handle(0)).isCompleted();

    assertThat(sender.pushes()).hasSize(1);
    assertThat(ends).containsExactly(End.TOLD, End.REPEAT);
  }

  @Test
  void aRecordThatIsReadAgainAfterItsPartitionWasLostIsToldAfterAll() {
    fate = Fate.BEHIND;
    CompletableFuture<Void> first = handle(1);
    CompletableFuture<Void> second = calls.handle(missable(1), () -> true, () -> {});
    assertThat(second).isNotDone();

    held = false;
    fate = Fate.UNANSWERED;
    later.pass();

    assertThat(first).isNotDone();
    assertThat(placesGivenBack).as("or the next ones find none").isEqualTo(1);
    assertThat(second).isCompleted();
    assertThat(sender.pushes()).hasSize(1);
    assertThat(ends).containsExactly(End.TOLD);
  }

  @Test
  void signalsThatAreNotReadYetAreWaitedFor() {
    fate = Fate.BEHIND;
    CompletableFuture<Void> done = handle(1);
    later.pass();
    assertThat(done).isNotDone();

    fate = Fate.ANSWERED;
    later.pass();

    assertThat(done).isCompleted();
    assertThat(sender.pushes()).isEmpty();
    assertThat(ends).containsExactly(End.ANSWERED);
  }

  @Test
  void registrationsThatAreNotReadYetAreWaitedFor() {
    lookup = new DeviceLookup(List.of(), List.of(), true);
    CompletableFuture<Void> done = handle(1);
    assertThat(done).isNotDone();

    lookup = new DeviceLookup(List.of(Samples.alert("phone")), List.of(), false);
    later.pass();

    assertThat(done).isCompleted();
    assertThat(sender.pushes()).hasSize(1);
  }

  @Test
  void whoHasRegisteredNothingIsNotTold() {
    lookup = new DeviceLookup(List.of(), List.of(), false);

    assertThat(handle(1)).isCompleted();
    assertThat(ends).containsExactly(End.NO_DEVICE);
  }

  @Test
  void onlyDevicesOfTheCallsAppAreToldAndNoMoreThanRing() {
    lookup =
        new DeviceLookup(
            List.of(Samples.alert("one"), Samples.alert("two"), Samples.alert("three")),
            List.of(),
            false);
    assertThat(handle(calls(2), missable(1))).isCompleted();
    assertThat(sender.pushedDevices()).hasSize(2);

    CallInvite other = Samples.invite(Optional.of(new BundleId("com.example.desk")), Set.of());
    assertThat(handle(calls(2), missable(other, 1))).isCompleted();
    assertThat(sender.pushedDevices()).hasSize(2);
    assertThat(ends).containsExactly(End.TOLD, End.NO_DEVICE);
  }

  @Test
  void onlyWhatHadTroubleIsTriedAgainAndNotForEver() {
    lookup =
        new DeviceLookup(List.of(Samples.alert("good"), Samples.alert("bad")), List.of(), false);
    sender.answerWith(
        push ->
            push.device().id().value().equals("good")
                ? Samples.accepted(push.device())
                : Samples.unanswered(
                    push.device(), new PushOutcome.TryAgain(PushOutcome.RetryReason.SERVER)));
    CompletableFuture<Void> done = handle(1);

    for (Duration _ : Telling.WAITS) {
      assertThat(done).isNotDone();
      later.pass();
    }

    assertThat(done).isCompleted();
    assertThat(later.waited).isEqualTo(Telling.WAITS);
    assertThat(sender.pushedDevices()).hasSize(2 + Telling.WAITS.size());
    assertThat(sender.pushedDevices().stream().filter(it -> it.value().equals("good"))).hasSize(1);
    assertThat(ends).containsExactly(End.TOLD);
  }

  @Test
  void whatApnsRefusesIsNotTriedAgain() {
    sender.answerWith(
        push ->
            Samples.answered(
                push.device(),
                new PushOutcome.Refused(PushOutcome.RejectionReason.BAD_REQUEST, "no"),
                400,
                "BadCollapseId"));

    assertThat(handle(1)).isCompleted();
    assertThat(ends).containsExactly(End.FAILED);
  }

  @Test
  void aCallThatIsTakenBeforeTheNextTryIsNotToldAnyMore() {
    sender.answerWith(
        push ->
            Samples.unanswered(
                push.device(), new PushOutcome.TryAgain(PushOutcome.RetryReason.CONNECTION)));
    CompletableFuture<Void> done = handle(1);

    fate = Fate.ANSWERED;
    later.pass();

    assertThat(done).isCompleted();
    assertThat(sender.pushes()).hasSize(1);
    assertThat(ends).containsExactly(End.ANSWERED);
  }

  @Test
  void aDeadTokenOfAlertsIsToldBeforeTheCallIsDone() {
    invalidationStored = new CompletableFuture<>();
    allAreDead();
    CompletableFuture<Void> done = handle(1);

    assertThat(done).isNotDone();
    assertThat(invalidated)
        .singleElement()
        .satisfies(dead -> assertThat(dead.device().kind()).isEqualTo(DeviceKey.Kind.ALERT));

    invalidationStored.complete(null);
    assertThat(done).isCompleted();
    assertThat(ends).containsExactly(End.FAILED);
  }

  @Test
  void manyDeadTokensAreNotBelieved() {
    allAreDead();
    List<Device> many = new ArrayList<>();
    for (int number = 0; number < 60; number++) {
      many.add(Samples.alert("phone-" + number));
    }
    lookup = new DeviceLookup(many, List.of(), false);

    assertThat(handle(calls(60), missable(1))).isCompleted();
    assertThat(invalidated).hasSizeLessThan(60);
  }

  @Test
  void withoutItsPartitionNothingIsWrittenOrSettled() {
    held = false;

    assertThat(handle(1)).isNotDone();
    assertThat(sender.pushes()).isEmpty();
    assertThat(ends).isEmpty();
    assertThat(placesGivenBack).isEqualTo(1);
  }

  @Test
  void aPartitionThatIsLostBetweenTwoTriesGivesThePlaceBack() {
    sender.answerWith(
        push ->
            Samples.unanswered(
                push.device(), new PushOutcome.TryAgain(PushOutcome.RetryReason.CONNECTION)));
    CompletableFuture<Void> done = handle(1);
    assertThat(placesGivenBack).isZero();

    held = false;
    later.pass();
    assertThat(done).isNotDone();
    assertThat(placesGivenBack).isEqualTo(1);
  }

  @Test
  void aRecordThatNobodyCanReadIsPassedOver() {
    var flaw = new Flaw(DeadLetterReason.BAD_RETRY_HEADERS, "ringpost-due is missing");

    assertThat(handle(calls, Samples.malformed(flaw, Optional.empty()))).isCompleted();
    assertThat(ends).containsExactly(End.UNREADABLE);
  }

  @ParameterizedTest
  @EnumSource(Fate.class)
  void aFaultCostsOneCallAndHoldsUpNone(Fate any) {
    fate = any;
    sender.answerLater(
        _ -> {
          throw new IllegalStateException("planted");
        });
    CompletableFuture<Void> done = handle(0);

    assertThat(done.isDone()).isEqualTo(any != Fate.BEHIND);
  }

  private void allAreDead() {
    sender.answerWith(
        push ->
            Samples.answered(
                push.device(), new PushOutcome.Unregistered(Optional.empty()), 410, ""));
  }

  private CompletableFuture<Void> handle(int accepted) {
    return handle(calls, missable(accepted));
  }

  private CompletableFuture<Void> handle(MissedCalls by, Arrival arrival) {
    return by.handle(arrival, () -> held, () -> placesGivenBack++);
  }

  private static Arrival missable(int accepted) {
    return missable(Samples.invite(), accepted);
  }

  private static Arrival missable(CallInvite invite, int accepted) {
    return new Arrival.Invited(
        Samples.envelope(), new Attempt(invite, 2, Optional.empty(), accepted, Optional.empty()));
  }
}
