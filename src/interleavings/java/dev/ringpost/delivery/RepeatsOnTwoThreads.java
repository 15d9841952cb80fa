package dev.ringpost.delivery;

import static dev.ringpost.interleavings.Scenario.promise;
import static dev.ringpost.interleavings.Scenario.together;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Origin;
import dev.ringpost.interleavings.Scenario;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.TestingCallStates;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two threads read repeats of one invite, first of a new call, then of a new attempt after its end:
 * each time one of them rings, and only one.
 */
public final class RepeatsOnTwoThreads implements Scenario {

  private static final Instant AGAIN = Samples.NOW.plusSeconds(10);

  @Override
  public void play() throws InterruptedException {
    var calls = new TestingCallStates();
    var recent = new RecentInvites(Duration.ofMinutes(2), calls);

    oneRings(recent, Samples.invite(), 0, Samples.NOW);
    calls.end(Samples.CALL, Samples.NOW.plusSeconds(5));
    oneRings(recent, Samples.invite().asInvitedAt(AGAIN), 2, AGAIN);
  }

  private static void oneRings(RecentInvites recent, CallInvite invite, long offset, Instant now)
      throws InterruptedException {
    var rung = new AtomicInteger();
    together(
        () -> rung.addAndGet(recent.repeats(invite, origin(offset), now) ? 0 : 1),
        () -> rung.addAndGet(recent.repeats(invite, origin(offset + 1), now) ? 0 : 1));
    promise(rung.get() == 1, rung.get() + " of two repeats rang");
  }

  static Origin origin(long offset) {
    return new Origin("call-invites", 0, offset, Samples.NOW);
  }
}
