package dev.ringpost.delivery;

import static dev.ringpost.interleavings.Scenario.promise;
import static dev.ringpost.interleavings.Scenario.together;

import dev.ringpost.call.CallInvite;
import dev.ringpost.interleavings.Scenario;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.TestingCallStates;
import java.time.Duration;
import java.time.Instant;

/**
 * An invite that rang nobody is forgotten while a new attempt of its call begins: the new one is
 * remembered, and a repeat of it rings nobody.
 */
public final class ForgottenWhileReplaced implements Scenario {

  private static final Instant AGAIN = Samples.NOW.plusSeconds(10);

  @Override
  public void play() throws InterruptedException {
    var calls = new TestingCallStates();
    var recent = new RecentInvites(Duration.ofMinutes(2), calls);
    CallInvite first = Samples.invite();
    CallInvite second = first.asInvitedAt(AGAIN);
    recent.repeats(first, RepeatsOnTwoThreads.origin(0), Samples.NOW);
    calls.end(Samples.CALL, Samples.NOW.plusSeconds(5));

    together(
        () -> recent.forget(first, RepeatsOnTwoThreads.origin(0)),
        () ->
            promise(
                !recent.repeats(second, RepeatsOnTwoThreads.origin(1), AGAIN),
                "a new attempt counts as a repeat"));

    promise(recent.repeats(second, RepeatsOnTwoThreads.origin(2), AGAIN), "a repeat of it rings");
  }
}
