package dev.ringpost.tools.watch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The calls that are being watched: which are open, how those that ended did, and the last of them.
 * A call here is one invite. Times are those of this process, so no two clocks are compared but for
 * the time to a verdict. Its size is bounded, whatever comes. For one thread.
 */
public final class LiveCalls {

  /** Bound on the calls that are shown. */
  public static final int MAX_SHOWN = 50;

  /**
   * Bound on the invites that are remembered, so that a verdict that is told twice counts once and
   * an invite that is read after its verdict is not open; the oldest is forgotten.
   */
  static final int MAX_REMEMBERED = 50_000;

  /** Bound on the open calls that are counted; the oldest is forgotten. */
  static final int MAX_OPEN = 50_000;

  /** Bound on the words of verdicts that are counted apart; ours are 11. */
  static final int MAX_WORDS = 24;

  /** Bound on the different verdicts of one invite that are remembered. */
  static final int MAX_TOLD = 256;

  /** What all further words count as. */
  static final String OTHER_WORD = "other";

  /** How long after {@code ring.max} a verdict may still come. */
  private static final Duration LATE = Duration.ofSeconds(10);

  /** The verdicts that have been told about an invite. */
  private static final class Told {
    private final Set<String> verdicts = new HashSet<>(2);
    private boolean settled;
  }

  private final Duration untoldAfter;
  private final LongSupplier nanoTime;
  private final long begunNanos;
  private final PassingMinute minute;
  private final Map<String, Told> told = new LinkedHashMap<>();
  private final Map<String, Long> open = new LinkedHashMap<>();
  private final Map<String, Long> verdicts = new LinkedHashMap<>();
  private final Map<String, Long> seconds = new LinkedHashMap<>();
  private final Deque<SeenVerdict> last = new ArrayDeque<>();
  private long calls;
  private long untold;

  /**
   * @param longestRing {@code ring.max}: a verdict comes within it
   * @param nanoTime the monotonic clock
   */
  public LiveCalls(Duration longestRing, LongSupplier nanoTime) {
    this.untoldAfter = longestRing.plus(LATE);
    this.nanoTime = nanoTime;
    this.begunNanos = nanoTime.getAsLong();
    this.minute = new PassingMinute(begunNanos);
  }

  /**
   * Adds an invite that was read.
   *
   * @param place where it stands
   */
  void invited(String place) {
    Told known = told.get(place);
    if (known == null || !known.settled) {
      open.putIfAbsent(place, nanoTime.getAsLong());
      forgetOldest(open, MAX_OPEN);
    }
  }

  /** Adds a verdict; false for one that was added before. */
  public boolean add(SeenVerdict seen) {
    Told known = told.computeIfAbsent(seen.invite(), _ -> new Told());
    forgetOldest(told, MAX_REMEMBERED);
    if (known.verdicts.size() == MAX_TOLD) {
      known.verdicts.clear();
    }
    if (!known.verdicts.add(seen.attempt() + " " + seen.verdict())) {
      return false;
    }
    if (seen.isSecond()) {
      seconds.merge(seen.verdict(), 1L, Long::sum);
    }
    if (seen.settles() && !known.settled) {
      known.settled = true;
      open.remove(seen.invite());
      calls++;
      String word = counted(seen.verdict());
      verdicts.merge(word, 1L, Long::sum);
      minute.add(word, seen.millis(), nanoTime.getAsLong());
    }
    last.removeIf(shown -> shown.invite().equals(seen.invite()));
    last.addFirst(seen);
    if (last.size() > MAX_SHOWN) {
      last.removeLast();
    }
    return true;
  }

  private String counted(String word) {
    return verdicts.containsKey(word) || verdicts.size() < MAX_WORDS - 1 ? word : OTHER_WORD;
  }

  private static void forgetOldest(Map<String, ?> oldestFirst, int bound) {
    if (oldestFirst.size() > bound) {
      Iterator<String> oldest = oldestFirst.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** The newest verdict of each of the last calls, newest first. */
  List<SeenVerdict> last(int count) {
    return new ArrayList<>(last).subList(0, Math.min(count, last.size()));
  }

  /** Invites that are remembered. */
  int remembered() {
    return told.size();
  }

  /** Calls that have their last verdict. */
  public long calls() {
    return calls;
  }

  /** Calls that wait for their last verdict. */
  int open() {
    forgetUntold();
    return open.size();
  }

  /** How long the oldest of them waits; empty without any. */
  Optional<Duration> oldestOpen() {
    forgetUntold();
    return open.values().stream().findFirst().map(this::since);
  }

  /** Calls without a last verdict though nothing can ring any more. */
  long untold() {
    forgetUntold();
    return untold;
  }

  private void forgetUntold() {
    Iterator<Long> oldestFirst = open.values().iterator();
    while (oldestFirst.hasNext() && since(oldestFirst.next()).compareTo(untoldAfter) > 0) {
      oldestFirst.remove();
      untold++;
    }
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(nanoTime.getAsLong() - nanos);
  }

  /** How long it has been watched. */
  Duration watched() {
    return since(begunNanos);
  }

  /** The last verdicts so far, counted by word. */
  Map<String, Long> verdicts() {
    return verdicts;
  }

  /** The verdicts so far on whether a phone rang, counted by word. */
  Map<String, Long> seconds() {
    return seconds;
  }

  /** The last verdicts of the last minute, counted by word. */
  Map<String, Long> verdictsOfTheMinute() {
    return minute.verdicts(nanoTime.getAsLong());
  }

  double callsPerSecond() {
    return minute.callsPerSecond(nanoTime.getAsLong());
  }

  /** About how many milliseconds a share of the last minute's calls waited at most. */
  OptionalLong millis(double share) {
    return minute.quantile(share, nanoTime.getAsLong());
  }
}
