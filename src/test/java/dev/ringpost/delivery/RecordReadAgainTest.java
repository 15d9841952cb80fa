package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.Origin;
import dev.ringpost.testing.Samples;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A record that this worker has read before: its partition came back, Kafka stood still, or its log
 * was cut. Whatever the reason, no phone rings again for it.
 */
@Timeout(30)
class RecordReadAgainTest {

  private static final Flaw FLAW = new Flaw(DeadLetterReason.NOT_JSON, "no JSON");

  private final PipelineRig rig = new PipelineRig();
  private final Device phone = Samples.device("phone");
  private final Device tablet = Samples.device("tablet");
  private final Map<DeviceId, CompletableFuture<PushReport>> open = new LinkedHashMap<>();

  @Test
  void itsResultIsToldAgainAndNobodyIsRung() {
    rig.directory.put(Samples.ALICE, phone);
    rig.deliver(Samples.invited());

    rig.deliver(Samples.invited());

    assertThat(rig.sender.pushes()).hasSize(1);
    assertThat(rig.outbox.decisions()).hasSize(2);
    Decision told = rig.outbox.decisions().getFirst();
    Decision again = rig.outbox.decisions().getLast();
    assertThat(again.disposition()).isEqualTo(told.disposition());
    assertThat(again.report()).isEqualTo(told.report());
    assertThat(again.decidedAt()).isEqualTo(told.decidedAt());
    assertThat(rig.heard).as("counted").hasSize(1);
    assertThat(rig.settledAgain).hasValue(1);
  }

  @Test
  void whatHappenedToItsCallSinceDoesNotChangeItsResult() {
    rig.directory.put(Samples.ALICE, phone);
    rig.deliver(Samples.invited());
    rig.calls.end(Samples.CALL, Samples.NOW);

    rig.deliver(Samples.invited());

    assertThat(rig.outbox.decisions().getLast().disposition())
        .isEqualTo(new Disposition.Final(Verdict.ACCEPTED));
  }

  @Test
  void itsRetryIsNotStoredASecondTime() {
    rig.directory.put(Samples.ALICE, phone);
    rig.sender.answerWith(
        request ->
            Samples.unanswered(
                request.device(), new PushOutcome.TryAgain(PushOutcome.RetryReason.NO_ANSWER)));
    rig.deliver(Samples.invited());

    rig.deliver(Samples.invited());

    assertThat(rig.sender.pushes()).hasSize(1);
    assertThat(rig.onlyDisposition()).isInstanceOf(Disposition.Retry.class);
  }

  @Test
  void itsDeadLetterIsNotStoredASecondTimeAndItsServerIsTold() {
    Arrival malformed = Samples.malformed(FLAW, Optional.of(Samples.CALL));
    rig.deliver(malformed);

    rig.deliver(malformed);

    assertThat(rig.outbox.decisions())
        .extracting(Decision::disposition)
        .containsExactly(new Disposition.DeadLetter(FLAW), new Disposition.Final(Verdict.FAILED));
  }

  @Test
  void aRetryRecordThatWasStoredTwiceRingsOnce() {
    rig.directory.put(Samples.ALICE, phone);
    Attempt second = Attempt.first(Samples.invite()).next(Optional.of(Set.of(phone.id())), 0);

    rig.deliver(new Arrival.Invited(Samples.envelope(), second));
    rig.deliver(new Arrival.Invited(Samples.envelope(), second));

    assertThat(rig.sender.pushes()).hasSize(1);
  }

  @Test
  void aRetryForOtherDevicesIsAnother() {
    rig.directory.put(Samples.ALICE, phone, tablet);
    Attempt first = Attempt.first(Samples.invite());

    rig.deliver(
        new Arrival.Invited(Samples.envelope(), first.next(Optional.of(Set.of(phone.id())), 0)));
    rig.deliver(
        new Arrival.Invited(Samples.envelope(), first.next(Optional.of(Set.of(tablet.id())), 0)));

    assertThat(rig.sender.pushedDevices()).containsExactly(phone.id(), tablet.id());
  }

  @Test
  void anotherRecordAtTheSameOffsetRings() {
    rig.directory.put(Samples.ALICE, phone);
    rig.deliver(Samples.invited());
    Origin first = Samples.envelope().origin();
    var origin =
        new Origin(
            first.topic(), first.partition(), first.offset(), first.timestamp().plusMillis(1));
    rig.calls.end(Samples.CALL, Samples.NOW);

    rig.deliver(
        new Arrival.Invited(
            new Envelope(origin, null, null, List.of()),
            Attempt.first(Samples.invite().asInvitedAt(Samples.NOW.plusSeconds(5)))));

    assertThat(rig.sender.pushes()).hasSize(2);
  }

  @Test
  void whatIsStillPushedIsNotPushedBesideIt() {
    rig.directory.put(Samples.ALICE, phone);
    answerLater();
    CompletableFuture<Void> before = deliverAndLose();

    CompletableFuture<Void> again = deliver(() -> true);
    assertThat(again).isNotDone();
    answer(phone);

    assertThat(before).isCompleted();
    assertThat(again).isCompleted();
    assertThat(rig.sender.pushes()).hasSize(1);
    assertThat(rig.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.ACCEPTED));
    assertThat(rig.settledAgain).hasValue(1);
  }

  @Test
  void whatWaitsToBeStoredIsNotStoredBesideIt() {
    rig.directory.put(Samples.ALICE, phone);
    var stored = new CompletableFuture<Void>();
    rig.outbox.answerWith(stored);
    var _ = deliver(() -> true);
    var place = new CompletableFuture<Void>();

    CompletableFuture<Void> again =
        rig.pipeline.deliver(Samples.invited(), () -> true, () -> place.complete(null));

    assertThat(place).as("nothing of it is in flight").isCompleted();
    assertThat(again).isNotDone();
    stored.complete(null);
    assertThat(again).isCompleted();
    assertThat(rig.outbox.decisions()).hasSize(1);
  }

  @Test
  void whatWasHeldBackRingsForThoseWhoReadItAgain() {
    rig.directory.put(Samples.ALICE, phone);
    answerLater();
    CompletableFuture<Void> before = deliverAndLose();
    loses(phone);
    assertThat(before).isNotDone();

    CompletableFuture<Void> again = deliver(() -> true);
    answer(phone);

    assertThat(again).isCompleted();
    assertThat(before).as("nobody waits for it").isNotDone();
    assertThat(rig.sender.pushes()).hasSize(2);
    assertThat(rig.settledAgain).hasValue(0);
  }

  @Test
  void whatIsHeldBackAfterItWasReadAgainRingsAllTheSame() {
    rig.directory.put(Samples.ALICE, phone, tablet);
    answerLater();
    var _ = deliverAndLose();
    loses(phone);

    CompletableFuture<Void> again = deliver(() -> true);
    answer(tablet);
    answer(phone);

    assertThat(again).isCompleted();
    assertThat(rig.sender.pushedDevices()).containsExactly(phone.id(), tablet.id(), phone.id());
  }

  @Test
  void whatAnsweredBeforeThePartitionWasLostIsNotPushedAgain() {
    rig.directory.put(Samples.ALICE, phone, tablet);
    answerLater();
    var _ = deliverAndLose();
    loses(tablet);
    answer(phone);
    rig.calls.ring(Samples.CALL, phone.id(), Samples.NOW);

    CompletableFuture<Void> again = deliver(() -> true);
    answer(tablet);

    assertThat(again).isCompleted();
    assertThat(rig.sender.pushedDevices()).containsExactly(phone.id(), tablet.id(), tablet.id());
    assertThat(rig.outbox.decisions().getLast().report().pushes())
        .containsExactly(Samples.accepted(phone), Samples.accepted(tablet));
  }

  @Test
  void whatIsReadAgainMayBeWrittenThoughTheFirstReadingLostIt() {
    rig.directory.put(Samples.ALICE, phone);
    answerLater();
    var _ = deliverAndLose();
    WriteGuard guard = rig.sender.pushes().getFirst().guard();
    assertThat(guard.refusal()).hasValue(PushOutcome.NotSentReason.LOST);

    var _ = deliver(() -> true);

    assertThat(guard.refusal()).isEmpty();
  }

  @Test
  void aMachineThatFailsMidwayHasTheRecordDeliveredWhenItIsReadAgain() {
    rig.directory.put(Samples.ALICE, phone);
    rig.sender.answerLater(
        _ -> {
          throw new OutOfMemoryError("planted");
        });
    assertThat(catchThrowable(() -> deliver(() -> true))).isInstanceOf(OutOfMemoryError.class);
    rig.sender.answerWith(request -> Samples.accepted(request.device()));

    assertThat(deliver(() -> true)).isCompleted();

    assertThat(rig.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.ACCEPTED));
  }

  @Test
  void whatCouldNotBeStoredIsDeliveredWhenItIsReadAgain() {
    rig.directory.put(Samples.ALICE, phone);
    var stored = new CompletableFuture<Void>();
    rig.outbox.answerWith(stored);
    CompletableFuture<Void> before = deliver(() -> true);
    CompletableFuture<Void> beside = deliver(() -> true);
    stored.completeExceptionally(new IllegalStateException("planted"));
    assertThat(before).isCompletedExceptionally();
    assertThat(beside).isCompletedExceptionally();
    rig.outbox.answerWith(CompletableFuture.completedFuture(null));

    assertThat(deliver(() -> true)).isCompleted();

    assertThat(rig.sender.pushes()).hasSize(2);
  }

  private CompletableFuture<Void> deliver(BooleanSupplier held) {
    return rig.pipeline.deliver(Samples.invited(), held, () -> {});
  }

  /** The partition is lost while the pushes are under way. */
  private CompletableFuture<Void> deliverAndLose() {
    var held = new AtomicBoolean(true);
    CompletableFuture<Void> stored = deliver(held::get);
    held.set(false);
    return stored;
  }

  private void answerLater() {
    rig.sender.answerLater(
        request -> {
          var report = new CompletableFuture<PushReport>();
          open.put(request.device().id(), report);
          return report;
        });
  }

  private void answer(Device device) {
    Objects.requireNonNull(open.remove(device.id())).complete(Samples.accepted(device));
  }

  private void loses(Device device) {
    Objects.requireNonNull(open.remove(device.id())).complete(lost(device));
  }

  private static PushReport lost(Device device) {
    return Samples.unanswered(device, new PushOutcome.NotSent(PushOutcome.NotSentReason.LOST));
  }
}
