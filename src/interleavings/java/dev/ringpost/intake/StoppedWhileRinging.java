package dev.ringpost.intake;

import dev.ringpost.interleavings.Scenario;
import java.time.Duration;

/** SIGTERM comes while invites ring: what is in flight ends, or is cut short, and is committed. */
public final class StoppedWhileRinging implements Scenario {

  private static final Duration WAIT = Duration.ofMillis(300);

  @Override
  public void play() throws InterruptedException {
    new Handover().play(owned -> owned.releaseAll(WAIT, () -> {}, WAIT));
  }
}
