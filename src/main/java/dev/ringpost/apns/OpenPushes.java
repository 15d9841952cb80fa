package dev.ringpost.apns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** A route's pushes without their outcome, those that wait and those with a place. On the loop. */
final class OpenPushes {

  /** Those that were tried nowhere before, oldest first. */
  private final LinkedHashSet<PendingPush> own = new LinkedHashSet<>();

  /** Those that came from the other environment, of any age. */
  private final LinkedHashSet<PendingPush> moved = new LinkedHashSet<>();

  void add(PendingPush push) {
    (push.hasMoved() ? moved : own).add(push);
  }

  void remove(PendingPush push) {
    if (!own.remove(push)) {
      moved.remove(push);
    }
  }

  boolean isEmpty() {
    return own.isEmpty() && moved.isEmpty();
  }

  /** Those that were ordered so long ago. */
  List<PendingPush> ofAge(Duration age) {
    List<PendingPush> old = new ArrayList<>();
    for (PendingPush push : moved) {
      if (push.age().compareTo(age) >= 0) {
        old.add(push);
      }
    }
    for (PendingPush push : own) {
      if (push.age().compareTo(age) < 0) {
        break;
      }
      old.add(push);
    }
    return old;
  }
}
