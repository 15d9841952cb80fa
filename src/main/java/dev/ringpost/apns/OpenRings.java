package dev.ringpost.apns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** A route's rings without their outcome, those that wait and those with a place. On the loop. */
final class OpenRings {

  /** Those that were tried nowhere before, oldest first. */
  private final LinkedHashSet<PendingRing> own = new LinkedHashSet<>();

  /** Those that came from the other environment, of any age. */
  private final LinkedHashSet<PendingRing> moved = new LinkedHashSet<>();

  void add(PendingRing ring) {
    (ring.hasMoved() ? moved : own).add(ring);
  }

  void remove(PendingRing ring) {
    if (!own.remove(ring)) {
      moved.remove(ring);
    }
  }

  boolean isEmpty() {
    return own.isEmpty() && moved.isEmpty();
  }

  List<PendingRing> all() {
    List<PendingRing> all = new ArrayList<>(own);
    all.addAll(moved);
    return all;
  }

  /** Those that were ordered so long ago. */
  List<PendingRing> ofAge(Duration age) {
    List<PendingRing> old = new ArrayList<>();
    for (PendingRing ring : moved) {
      if (ring.age().compareTo(age) >= 0) {
        old.add(ring);
      }
    }
    for (PendingRing ring : own) {
      if (ring.age().compareTo(age) < 0) {
        break;
      }
      old.add(ring);
    }
    return old;
  }
}
