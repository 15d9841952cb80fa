package dev.ringpost.apns;

import dev.ringpost.delivery.PushOutcome.Cause;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Why;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A route's rings without a place: those whose try failed, and the others, oldest first. At most
 * {@link #MOST}, and those that were in flight. Lives on the loop.
 */
final class WaitingRings {

  /**
   * Bound on rings that wait for a place; one more is told at once that all are taken. Each keeps
   * its payload in memory, and behind so many others its turn would hardly come in time.
   */
  static final int MOST = 10_000;

  /** Those that want a certain kind of place, and so may wait while others need not. */
  private final LinkedHashSet<PendingRing> again = new LinkedHashSet<>();

  private final LinkedHashSet<PendingRing> rings = new LinkedHashSet<>();

  boolean isEmpty() {
    return rings.isEmpty() && again.isEmpty();
  }

  /** Whether a ring that comes now would be the next. */
  boolean noneBefore() {
    return rings.isEmpty();
  }

  boolean isFull() {
    return size() >= MOST;
  }

  int size() {
    return rings.size() + again.size();
  }

  void add(PendingRing ring) {
    rings.add(ring);
  }

  /** One whose try failed waits for another. */
  void addAgain(PendingRing ring) {
    again.add(ring);
  }

  void remove(PendingRing ring) {
    if (!rings.remove(ring)) {
      again.remove(ring);
    }
  }

  /** Those whose try failed, the newest first, as of now; those that must not ring any more end. */
  List<PendingRing> again() {
    List.copyOf(again).forEach(this::endIfRefused);
    return List.copyOf(again.reversed());
  }

  /**
   * The first of the others that may ring, or null. Those before it end: the guard would hold them
   * back too, but of each push that is held back Pushy keeps something for as long as the
   * connection lives.
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
    all().forEach(this::endIfRefused);
  }

  private boolean endIfRefused(PendingRing ring) {
    Why refusal = ring.refusal();
    if (refusal == null) {
      return false;
    }
    remove(ring);
    ring.holdBack(refusal);
    return true;
  }

  /** Ends all; another attempt may be made. */
  void giveBack(Cause cause) {
    List<PendingRing> unsent = all();
    clear();
    unsent.forEach(ring -> ring.settle(new TryAgain(cause), Optional.empty()));
  }

  private List<PendingRing> all() {
    return Stream.concat(again.stream(), rings.stream()).toList();
  }

  /** Forgets all. */
  void clear() {
    again.clear();
    rings.clear();
  }
}
