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
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A record that this worker has read before: its partition came back, Kafka stood still, or its log
 * was cut. Whatever the reason, no phone rings again for it.
 */
@Timeout(30)
class RecordReadAgainTest {

  private static final Flaw FLAW = new Flaw(DeadLetterReason.NOT_JSON, "no JSON");

  private final PipelineFixture fixture = new PipelineFixture();
  private final Device phone = Samples.device("phone");
  private final Device tablet = Samples.device("tablet");
  private final Map<DeviceId, CompletableFuture<PushReport>> open = new LinkedHashMap<>();

  @Test
  void itsResultIsToldAgainAndNobodyIsRung() {
    fixture.directory.put(Samples.ALICE, phone);
    fixture.deliver(Samples.invited());

    fixture.deliver(Samples.invited());

    assertThat(fixture.sender.pushes()).hasSize(1);
    assertThat(fixture.outbox.decisions()).hasSize(2);
    Decision told = fixture.outbox.decisions().getFirst();
    Decision again = fixture.outbox.decisions().getLast();
    assertThat(again.disposition()).isEqualTo(told.disposition());
    assertThat(again.report()).isEqualTo(told.report());
    assertThat(again.decidedAt()).isEqualTo(told.decidedAt());
    assertThat(fixture.heard).as("counted").hasSize(1);
    assertThat(fixture.settledAgain).hasValue(1);
  }

  @Test
  void whatHappenedToItsCallSinceDoesNotChangeItsResult() {
    fixture.directory.put(Samples.ALICE, phone);
    fixture.deliver(Samples.invited());
    fixture.calls.end(Samples.CALL, Samples.NOW);

    fixture.deliver(Samples.invited());

    assertThat(fixture.outbox.decisions().getLast().disposition())
        .isEqualTo(new Disposition.Final(Verdict.ACCEPTED));
  }

  @Test
  void itsRetryIsNotStoredASecondTime() {
    fixture.directory.put(Samples.ALICE, phone);
    fixture.sender.answerWith(
        request ->
            Samples.unanswered(
                request.device(), new PushOutcome.TryAgain(PushOutcome.RetryReason.NO_ANSWER)));
    fixture.deliver(Samples.invited());

    fixture.deliver(Samples.invited());

    assertThat(fixture.sender.pushes()).hasSize(1);
    assertThat(fixture.onlyDisposition()).isInstanceOf(Disposition.Retry.class);
  }

  @Test
  void itsDeadLetterIsNotStoredASecondTimeAndItsServerIsTold() {
    Arrival malformed = Samples.malformed(FLAW, Optional.of(Samples.CALL));
    fixture.deliver(malformed);

    fixture.deliver(malformed);

    assertThat(fixture.outbox.decisions())
        .extracting(Decision::disposition)
        .containsExactly(new Disposition.DeadLetter(FLAW), new Disposition.Final(Verdict.FAILED));
  }

  @Test
  void aRetryRecordThatWasStoredTwiceRingsOnce() {
    fixture.directory.put(Samples.ALICE, phone);
    Attempt second = Attempt.first(Samples.invite()).next(Optional.of(Set.of(phone.id())), 0);

    fixture.deliver(new Arrival.Invited(Samples.envelope(), second));
    fixture.deliver(new Arrival.Invited(Samples.envelope(), second));

    assertThat(fixture.sender.pushes()).hasSize(1);
  }

  @Test
  void aRetryForOtherDevicesIsAnother() {
    fixture.directory.put(Samples.ALICE, phone, tablet);
    Attempt first = Attempt.first(Samples.invite());

    fixture.deliver(
        new Arrival.Invited(Samples.envelope(), first.next(Optional.of(Set.of(phone.id())), 0)));
    fixture.deliver(
        new Arrival.Invited(Samples.envelope(), first.next(Optional.of(Set.of(tablet.id())), 0)));

    assertThat(fixture.sender.pushedDevices()).containsExactly(phone.id(), tablet.id());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1000})
  void anotherRecordAtTheSameOffsetRings(long millis) {
    fixture.directory.put(Samples.ALICE, phone);
    fixture.deliver(Samples.invited());
    Origin first = Samples.envelope().origin();
    var origin =
        new Origin(
            first.topic(), first.partition(), first.offset(), first.timestamp().plusMillis(millis));
    fixture.calls.end(Samples.CALL, Samples.NOW);

    fixture.deliver(
        new Arrival.Invited(
            new Envelope(origin, null, null, List.of()),
            Attempt.first(Samples.invite().asInvitedAt(Samples.NOW.plusSeconds(5)))));

    assertThat(fixture.sender.pushes()).hasSize(2);
  }

  @Test
  void whatIsStillPushedIsNotPushedBesideIt() {
    fixture.directory.put(Samples.ALICE, phone);
    answerLater();
    CompletableFuture<Void> before = deliverAndLose();

    CompletableFuture<Void> again = deliver(() -> true);
    assertThat(again).isNotDone();
    answer(phone);

    assertThat(before).isCompleted();
    assertThat(again).isCompleted();
    assertThat(fixture.sender.pushes()).hasSize(1);
    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.ACCEPTED));
    assertThat(fixture.settledAgain).hasValue(1);
  }

  @Test
  void whatWaitsToBeStoredIsNotStoredBesideIt() {
    fixture.directory.put(Samples.ALICE, phone);
    var stored = new CompletableFuture<Void>();
    fixture.outbox.answerWith(stored);
    var _ = deliver(() -> true);
    var place = new CompletableFuture<Void>();

    CompletableFuture<Void> again =
        fixture.pipeline.deliver(Samples.invited(), () -> true, () -> place.complete(null));

    assertThat(place).as("nothing of it is in flight").isCompleted();
    assertThat(again).isNotDone();
    stored.complete(null);
    assertThat(again).isCompleted();
    assertThat(fixture.outbox.decisions()).hasSize(1);
  }

  @Test
  void whatWasHeldBackRingsForThoseWhoReadItAgain() {
    fixture.directory.put(Samples.ALICE, phone);
    answerLater();
    CompletableFuture<Void> before = deliverAndLose();
    loses(phone);
    assertThat(before).isNotDone();

    CompletableFuture<Void> again = deliver(() -> true);
    answer(phone);

    assertThat(again).isCompleted();
    assertThat(before).as("nobody waits for it").isNotDone();
    assertThat(fixture.sender.pushes()).hasSize(2);
    assertThat(fixture.settledAgain).hasValue(0);
  }

  @Test
  void whatIsHeldBackAfterItWasReadAgainRingsAllTheSame() {
    fixture.directory.put(Samples.ALICE, phone, tablet);
    answerLater();
    var _ = deliverAndLose();
    loses(phone);

    CompletableFuture<Void> again = deliver(() -> true);
    answer(tablet);
    answer(phone);

    assertThat(again).isCompleted();
    assertThat(fixture.sender.pushedDevices()).containsExactly(phone.id(), tablet.id(), phone.id());
  }

  /** It counted when it was read first: the limit would now be full by itself. */
  @Test
  void whatWasHeldBackIsNotCountedASecondTime() {
    fixture.directory.put(Samples.ALICE, phone);
    answerLater();
    var _ = deliverAndLose();
    loses(phone);
    fixture.flooded = Optional.of(DeliveryReport.Skip.CALLEE_FLOODED);

    CompletableFuture<Void> again = deliver(() -> true);

    assertThat(fixture.sender.pushes()).hasSize(2);
    answer(phone);
    assertThat(again).isCompleted();
  }

  @Test
  void whatAnsweredBeforeThePartitionWasLostIsNotPushedAgain() {
    fixture.directory.put(Samples.ALICE, phone, tablet);
    answerLater();
    var _ = deliverAndLose();
    loses(tablet);
    answer(phone);
    fixture.calls.ring(Samples.CALL, phone.id(), Samples.NOW);

    CompletableFuture<Void> again = deliver(() -> true);
    answer(tablet);

    assertThat(again).isCompleted();
    assertThat(fixture.sender.pushedDevices())
        .containsExactly(phone.id(), tablet.id(), tablet.id());
    assertThat(fixture.outbox.decisions().getLast().report().pushes())
        .containsExactly(Samples.accepted(phone), Samples.accepted(tablet));
  }

  @Test
  void whatWasOrderedBeforeIsToldApartFromWhatIsOrderedNow() {
    fixture.directory.put(Samples.ALICE, phone, tablet);
    answerLater();
    var _ = deliverAndLose();
    loses(tablet);
    answer(phone);
    fixture.clock.advance(Duration.ofSeconds(1));

    var _ = deliver(() -> true);
    answer(tablet);

    Decision again = fixture.outbox.decisions().getLast();
    assertThat(again.begunAt()).isEqualTo(Samples.NOW.plusSeconds(1));
    assertThat(again.report().pushes())
        .extracting(PushReport::orderedAt)
        .containsExactly(Samples.NOW, again.begunAt());
  }

  @Test
  void whatIsReadAgainMayBeWrittenThoughTheFirstReadingLostIt() {
    fixture.directory.put(Samples.ALICE, phone);
    answerLater();
    var _ = deliverAndLose();
    WriteGuard guard = fixture.sender.pushes().getFirst().guard();
    assertThat(guard.refusal()).hasValue(PushOutcome.NotSentReason.LOST);

    var _ = deliver(() -> true);

    assertThat(guard.refusal()).isEmpty();
  }

  @Test
  void aMachineThatFailsMidwayHasTheRecordDeliveredWhenItIsReadAgain() {
    fixture.directory.put(Samples.ALICE, phone);
    fixture.sender.answerLater(
        _ -> {
          throw new OutOfMemoryError("planted");
        });
    assertThat(catchThrowable(() -> deliver(() -> true))).isInstanceOf(OutOfMemoryError.class);
    fixture.sender.answerWith(request -> Samples.accepted(request.device()));

    assertThat(deliver(() -> true)).isCompleted();

    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.ACCEPTED));
  }

  @Test
  void whatCouldNotBeStoredIsDeliveredWhenItIsReadAgain() {
    fixture.directory.put(Samples.ALICE, phone);
    var stored = new CompletableFuture<Void>();
    fixture.outbox.answerWith(stored);
    CompletableFuture<Void> before = deliver(() -> true);
    CompletableFuture<Void> beside = deliver(() -> true);
    stored.completeExceptionally(new IllegalStateException("planted"));
    assertThat(before).isCompletedExceptionally();
    assertThat(beside).isCompletedExceptionally();
    fixture.outbox.answerWith(CompletableFuture.completedFuture(null));

    assertThat(deliver(() -> true)).isCompleted();

    assertThat(fixture.sender.pushes()).hasSize(2);
  }

  private CompletableFuture<Void> deliver(Arrival.Claim claim) {
    return fixture.pipeline.deliver(Samples.invited(), claim, () -> {});
  }

  /** The partition is lost while the pushes are under way. */
  private CompletableFuture<Void> deliverAndLose() {
    var held = new AtomicBoolean(true);
    CompletableFuture<Void> stored = deliver(held::get);
    held.set(false);
    return stored;
  }

  private void answerLater() {
    fixture.sender.answerLater(
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
