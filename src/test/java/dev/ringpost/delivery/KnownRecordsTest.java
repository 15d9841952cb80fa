package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.testing.Samples;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is remembered has a bound in time and in number. */
class KnownRecordsTest {

  private static final Duration MEMORY = Duration.ofMinutes(2);

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

  private KnownRecords.Known read(long offset) {
    return known.read(PipelineRig.at(offset, Samples.invite()), () -> true);
  }

  private void settle(long offset) {
    Arrival arrival = PipelineRig.at(offset, Samples.invite());
    if (known.read(arrival, () -> true) instanceof KnownRecords.Unsettled(var delivery)) {
      known.decided(
          delivery,
          new Settlement(
              arrival, Samples.pushes(), new Disposition.Settled(Verdict.ACCEPTED), Samples.NOW),
          CompletableFuture.completedFuture(null));
    }
  }
}
