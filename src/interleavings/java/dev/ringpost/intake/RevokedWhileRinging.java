package dev.ringpost.intake;

import dev.ringpost.interleavings.Scenario;
import java.util.List;

/** The group takes a partition back while its invites ring. */
public final class RevokedWhileRinging implements Scenario {

  @Override
  public void play() throws InterruptedException {
    new Handover().play(owned -> owned.onPartitionsRevoked(List.of(Handover.P0)));
  }
}
