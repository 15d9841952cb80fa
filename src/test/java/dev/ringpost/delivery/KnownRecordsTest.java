package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.Device;
import dev.ringpost.testing.Samples;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The memory of records that were settled, and its bounds in time and in number. */
class KnownRecordsTest {

  private static final Duration MEMORY = Duration.ofMinutes(2);

  private final Device phone = Samples.device("phone");
  private final Device tablet = Samples.device("tablet");
  private final AtomicLong nanoTime = new AtomicLong();
  private final KnownRecords known = new KnownRecords(MEMORY, nanoTime::get);

  @Test
  void aRecordIsRememberedAsLongAsACallRings() {
    settle(0);

    nanoTime.addAndGet(MEMORY.toNanos());
    assertThat(read(0)).isInstanceOf(KnownRecords.Settled.class);
  }

  @Test
  void aRecordIsForgottenWhenItsCallHasLongBeenOver() {
    settle(0);
    for (int round = 1; round <= 2; round++) {
      nanoTime.addAndGet(MEMORY.toNanos());
      settle(round);
    }

    assertThat(read(0)).isInstanceOf(KnownRecords.Unsettled.class);
  }

  @Test
  void ofTooManyTheNewerHalfIsRemembered() {
    for (int offset = 0; offset <= KnownRecords.MAX; offset++) {
      settle(offset);
    }

    assertThat(read(0)).isInstanceOf(KnownRecords.Unsettled.class);
    assertThat(read(KnownRecords.MAX / 2 + 1)).isInstanceOf(KnownRecords.Settled.class);
  }

  @Test
  void whatRangSeveralDevicesTakesTheirRoom() {
    for (int offset = 0; offset <= KnownRecords.MAX / 2; offset++) {
      settle(offset, Samples.accepted(phone), Samples.accepted(tablet));
    }

    assertThat(read(0)).isInstanceOf(KnownRecords.Unsettled.class);
    assertThat(read(KnownRecords.MAX / 4 + 1)).isInstanceOf(KnownRecords.Settled.class);
  }

  @Test
  void aSettledRecordStaysSoHoweverOftenItIsRead() {
    settle(0);

    for (int time = 0; time < 3; time++) {
      assertThat(read(0)).isInstanceOf(KnownRecords.Settled.class);
    }
  }

  @Test
  void anotherAttemptForTheSameDevicesIsAnotherRecord() {
    Attempt second = Attempt.first(Samples.invite()).next(Optional.of(Set.of(phone.id())), 0);
    Attempt third = second.next(Optional.of(Set.of(phone.id())), 0);
    settle(
        new Arrival.Invited(Samples.envelope(), second), CompletableFuture.completedFuture(null));

    assertThat(known.read(new Arrival.Invited(Samples.envelope(), third), () -> true))
        .isInstanceOf(KnownRecords.Unsettled.class);
  }

  @Test
  void whatCouldNotBeStoredIsNotSettled() {
    var failed = CompletableFuture.<Void>failedFuture(new IllegalStateException("planted"));
    settle(PipelineFixture.at(0, Samples.invite()), failed);

    assertThat(read(0)).isInstanceOf(KnownRecords.Unsettled.class);
  }

  /** Its partition may have come back meanwhile: by that reading it is held, and committed. */
  @Test
  void aDeliveryHasTheClaimOfTheNewestReading() {
    Arrival arrival = PipelineFixture.at(0, Samples.invite());
    Arrival.Claim newest = () -> true;
    var first = (KnownRecords.Unsettled) known.read(arrival, () -> false);

    assertThat(known.read(arrival, newest)).isInstanceOf(KnownRecords.UnderWay.class);

    assertThat(first.delivery().claim()).isSameAs(newest);
  }

  private KnownRecords.Known read(long offset) {
    return known.read(PipelineFixture.at(offset, Samples.invite()), () -> true);
  }

  private void settle(long offset, PushReport... pushes) {
    settle(
        PipelineFixture.at(offset, Samples.invite()),
        CompletableFuture.completedFuture(null),
        pushes);
  }

  private void settle(Arrival arrival, CompletableFuture<Void> stored, PushReport... pushes) {
    if (known.read(arrival, () -> true) instanceof KnownRecords.Unsettled(var delivery)) {
      known.decided(
          delivery,
          new Decision(
              arrival,
              Samples.pushes(pushes),
              new Disposition.Final(Verdict.ACCEPTED),
              Samples.NOW),
          stored);
    }
  }
}
