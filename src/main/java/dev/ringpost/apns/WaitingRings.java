package dev.ringpost.apns;

import dev.ringpost.delivery.PushOutcome.Cause;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Why;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A route's rings without a place: first those whose try failed, then the others, oldest first. At
 * most {@link #MOST}, and those that were in flight. Lives on the loop.
 */
final class WaitingRings {

  /**
   * Bound on rings that wait for a place; one more is told at once that all are taken. Each keeps
   * its payload in memory, and behind so many others its turn would hardly come in time.
   */
  static final int MOST = 10_000;

  private final LinkedHashSet<PendingRing> rings = new LinkedHashSet<>();

  boolean isEmpty() {
    return rings.isEmpty();
  }

  boolean isFull() {
    return rings.size() >= MOST;
  }

  int size() {
    return rings.size();
  }

  void add(PendingRing ring) {
    rings.add(ring);
  }

  /** Puts one at the head of the line. */
  void addFirst(PendingRing ring) {
    rings.addFirst(ring);
  }

  void remove(PendingRing ring) {
    rings.remove(ring);
  }

  /**
   * The first that may ring, or null. Those before it end: the guard would hold them back too, but
   * of each push that is held back Pushy keeps something for as long as the connection lives.
   */
  @Nullable PendingRing first() {
    while (!rings.isEmpty()) {
      PendingRing ring = rings.getFirst();
      if (!endIfRefused(ring)) {
        return ring;
      }
    }
    return null;
  }

  /** Ends those that must not ring any more. */
  void endRefused() {
    List.copyOf(rings).forEach(this::endIfRefused);
  }

  private boolean endIfRefused(PendingRing ring) {
    Why refusal = ring.refusal();
    if (refusal == null) {
      return false;
    }
    rings.remove(ring);
    ring.holdBack(refusal);
    return true;
  }

  /** Ends all; another attempt may be made. */
  void giveBack(Cause cause) {
    List<PendingRing> unsent = List.copyOf(rings);
    rings.clear();
    unsent.forEach(ring -> ring.settle(new TryAgain(cause), Optional.empty()));
  }

  /** Forgets all. */
  void clear() {
    rings.clear();
  }
}
