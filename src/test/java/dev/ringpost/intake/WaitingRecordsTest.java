package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Flaw;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The records whose time has not come. */
class WaitingRecordsTest implements ArrivalHandler {

  private static final IntakeMeters METERS =
      new IntakeMeters(new Telemetry(new SimpleMeterRegistry()), "missed-calls");
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static final TopicPartition P0 = new TopicPartition("call-invites.missed", 0);
  private static final TopicPartition P1 = new TopicPartition("call-invites.missed", 1);

  private final List<CallId> begun = new ArrayList<>();
  private final Set<CallId> over = new HashSet<>();
  private final InFlightPermits permits = new InFlightPermits(2);
  private final Ownership ownership = new Ownership(new Lease(MINUTE, () -> 0));
  private final PartitionLedger ledger = new PartitionLedger(ownership, OptionalLong.of(0));
  private long nanos = -5;
  private final WaitingRecords waiting =
      new WaitingRecords(new InviteHandling(this, permits, METERS), GRACE, () -> nanos);
  private long offset;

  @Override
  public CompletableFuture<Void> handle(Arrival arrival, Arrival.Claim claim, Runnable decided) {
    if (arrival instanceof Arrival.Invited(_, Attempt attempt)) {
      begun.add(attempt.invite().callId());
    }
    return new CompletableFuture<>();
  }

  @Override
  public boolean isOver(CallInvite call) {
    return over.contains(call.callId());
  }

  @Test
  void aRecordIsBegunAtItsTimeWhateverWaitsLonger() {
    CallId longer = keep(MINUTE);
    CallId shorter = keep(Duration.ofSeconds(10));

    pass(Duration.ofSeconds(9));
    assertThat(begun).isEmpty();
    assertThat(waiting.count()).isEqualTo(2);
    pass(Duration.ofSeconds(1));
    assertThat(begun).containsExactly(shorter);
    assertThat(waiting.count()).isEqualTo(1);
    pass(MINUTE);
    assertThat(begun).containsExactly(shorter, longer);
    assertThat(waiting.count()).isZero();
  }

  @Test
  void aCallThatIsOverIsBegunAGraceLaterAndOnce() {
    CallId first = keep(MINUTE);
    CallId second = keep(MINUTE);
    over.add(second);
    pass(Duration.ZERO);
    assertThat(begun).as("a word may still be on its way").isEmpty();

    pass(GRACE);
    assertThat(begun).containsExactly(second);
    pass(MINUTE);
    assertThat(begun).containsExactly(second, first);
  }

  @Test
  void theGraceMakesNobodyWaitLongerThanItsTime() {
    CallId soon = keep(Duration.ofSeconds(1));
    over.add(soon);
    pass(Duration.ZERO);

    pass(Duration.ofSeconds(1));
    assertThat(begun).containsExactly(soon);
  }

  @Test
  void whereNoPlaceIsFreeTheyWaitOn() {
    for (int call = 0; call < 4; call++) {
      var _ = keep(Duration.ofSeconds(1));
    }
    pass(Duration.ofSeconds(1));
    assertThat(begun).as("and one is in line").hasSize(2);
    assertThat(permits.waiting()).isEqualTo(1);

    pass(MINUTE);
    assertThat(permits.waiting()).as("no more come").isEqualTo(1);
  }

  @Test
  void asSoonAsPlacesAreFreeTheyGoOn() {
    var _ = keep(Duration.ofSeconds(1));
    nanos += Duration.ofSeconds(1).toNanos();
    waiting.begin(() -> true);
    assertThat(begun).isEmpty();

    waiting.begin(() -> false);
    assertThat(begun).as("at once").hasSize(1);
  }

  @Test
  void whatWaitsHoldsItsOffsetAndNobodyElse() {
    var _ = keep(MINUTE);

    assertThat(ledger.point().orElseThrow().offset()).isZero();
    assertThat(ledger.busy()).as("a rebalance waits for what is busy").isFalse();
  }

  @Test
  void whoLosesThePartitionBeginsNothingOfIt() {
    CallId lost = keep(MINUTE);
    over.add(lost);
    ownership.leave();

    pass(GRACE);
    pass(MINUTE);
    assertThat(begun).isEmpty();
    assertThat(waiting.hasRoom(P0, large())).as("and its room is free").isTrue();
  }

  @Test
  void whatIsKeptIsBoundedAndItsRoomComesBack() {
    assertThat(waiting.hasRoom(P0, large())).isTrue();
    waiting.keep(P0, large(), Samples::invited, ticket(), MINUTE);
    assertThat(waiting.hasRoom(P1, Samples.envelope())).isFalse();

    pass(MINUTE);
    assertThat(waiting.hasRoom(P0, large())).isTrue();
  }

  /** The note of a commit must have room for what settles between them. */
  @Test
  void ofOnePartitionNoMoreAreKeptThanACommitCanTellOf() {
    for (int call = 0; call < WaitingRecords.MAX_OF_PARTITION; call++) {
      assertThat(waiting.hasRoom(P0, Samples.envelope())).isTrue();
      var _ = keep(MINUTE);
    }
    assertThat(waiting.hasRoom(P0, Samples.envelope())).isFalse();
    assertThat(waiting.hasRoom(P1, Samples.envelope())).isTrue();
  }

  @Test
  void oneThatCannotBeReadIsNotWaitedFor() {
    var flaw = new Flaw(DeadLetterReason.NOT_JSON, "planted");
    waiting.keep(
        P0, Samples.envelope(), () -> Samples.malformed(flaw, Optional.empty()), ticket(), MINUTE);
    waiting.keep(P0, Samples.envelope(), WaitingRecordsTest::fault, ticket(), MINUTE);

    assertThat(permits.inFlight()).as("one in flight, and the fault is settled").isEqualTo(1);
    assertThat(waiting.hasRoom(P0, large())).isTrue();
    assertThat(ledger.point().orElseThrow().completedBeyond().contains(1)).isTrue();
  }

  private static Arrival fault() {
    throw new IllegalStateException("planted");
  }

  /** One that fills all the room. */
  private static Envelope large() {
    var bytes = new byte[(int) WaitingRecords.MAX_BYTES - WaitingRecords.OVERHEAD];
    return new Envelope(Samples.envelope().origin(), null, bytes, List.of());
  }

  private CallId keep(Duration left) {
    var call = new CallId("call-" + offset);
    CallInvite any = Samples.invite();
    Arrival arrival =
        Samples.invited(
            new CallInvite(
                call,
                any.callUuid(),
                any.callee(),
                any.caller(),
                any.media(),
                any.invitedAt(),
                any.deadline(),
                any.app(),
                any.excludeDevices(),
                any.custom()));
    waiting.keep(P0, arrival.envelope(), () -> arrival, ticket(), left);
    return call;
  }

  private Ticket ticket() {
    return ledger.open(offset++, Samples.NOW, Optional.empty());
  }

  /** Time passes, and the consumer comes by. */
  private void pass(Duration time) {
    nanos += time.toNanos();
    waiting.begin(permits::saturated);
  }
}
