package dev.ringpost.delivery.rings;

import dev.ringpost.delivery.PushReport;
import java.util.ArrayList;
import java.util.List;

/** A listener that keeps what it hears. */
final class HeardRings implements RingListener {

  final List<RingVerdict> told = new ArrayList<>();
  final List<PushReport> pushes = new ArrayList<>();
  final List<AgainEnd> ends = new ArrayList<>();
  int ended;
  int unheard;
  int uncommitted;
  int unwatched;

  @Override
  public void told(RingVerdict verdict) {
    told.add(verdict);
  }

  @Override
  public void ended() {
    ended++;
  }

  @Override
  public void unheard() {
    unheard++;
  }

  @Override
  public void uncommitted() {
    uncommitted++;
  }

  @Override
  public void unwatched() {
    unwatched++;
  }

  @Override
  public void pushedAgain(PushReport push) {
    pushes.add(push);
  }

  @Override
  public void rungAgain(AgainEnd end) {
    ends.add(end);
  }
}
