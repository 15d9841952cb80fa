package dev.ringpost.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The figures of the last minute, one for each second. For one thread. */
final class LastMinute {

  /** Bound on what is kept: a minute has one look more than it has seconds. */
  static final int MAX_LOOKS = 61;

  private final Deque<Figures> looks = new ArrayDeque<>(MAX_LOOKS);

  void add(Figures now) {
    looks.addLast(now);
    if (looks.size() > MAX_LOOKS) {
      looks.removeFirst();
    }
  }

  /** The oldest figures that are kept; the newest ones after the first look. */
  Figures oldest() {
    return looks.getFirst();
  }

  Figures newest() {
    return looks.getLast();
  }

  /** How many seconds lie between the oldest and the newest. */
  double seconds() {
    return seconds(oldest(), newest());
  }

  /** Calls per second between each look and the next, oldest first. */
  List<Double> callsPerSecond() {
    List<Double> rates = new ArrayList<>();
    Iterator<Figures> each = looks.iterator();
    Figures before = each.next();
    while (each.hasNext()) {
      Figures after = each.next();
      double time = seconds(before, after);
      rates.add(time > 0 ? (after.calls() - before.calls()) / time : 0);
      before = after;
    }
    return rates;
  }

  private static double seconds(Figures from, Figures to) {
    return (to.nanos() - from.nanos()) / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
