package dev.ringpost.apns;

import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A route's pushes without a place: those whose try failed, and the others, oldest first. At most
 * {@link #MOST}, and those that were in flight. Lives on the loop.
 */
final class PushQueue {

  /**
   * Bound on pushes that wait for a place; one more is told at once that all are taken. Each keeps
   * its payload in memory, and behind so many others its turn would hardly come in time.
   */
  static final int MOST = 10_000;

  /**
   * How many ticks lie between two looks at those that must not ring any more. They are told that
   * much later, and never written: each is asked again before that. With thousands that wait,
   * asking all at each tick costs one in a hundred of what all of Ringpost's threads do.
   */
  private static final int REFUSALS_EVERY = 5;

  /** Those that want a certain kind of place, and so may wait while others need not. */
  private final LinkedHashSet<PendingPush> again = new LinkedHashSet<>();

  private final LinkedHashSet<PendingPush> pushes = new LinkedHashSet<>();

  private int ticks;

  boolean isEmpty() {
    return pushes.isEmpty() && again.isEmpty();
  }

  /** Whether a push that comes now would be the next. */
  boolean noneBefore() {
    return pushes.isEmpty();
  }

  boolean isFull() {
    return size() >= MOST;
  }

  int size() {
    return pushes.size() + again.size();
  }

  void add(PendingPush push) {
    pushes.add(push);
  }

  /** One whose try failed waits for another. */
  void addAgain(PendingPush push) {
    again.add(push);
  }

  void remove(PendingPush push) {
    if (!pushes.remove(push)) {
      again.remove(push);
    }
  }

  /** Those whose try failed, the newest first, as of now; those that must not ring any more end. */
  List<PendingPush> again() {
    List.copyOf(again).forEach(this::endIfRefused);
    return List.copyOf(again.reversed());
  }

  /**
   * The first of the others that may ring, or null. Those before it end: the guard would hold them
   * back too, but of each push that is held back Pushy keeps something for as long as the
   * connection lives.
   */
  @Nullable PendingPush first() {
    while (!pushes.isEmpty()) {
      PendingPush push = pushes.getFirst();
      if (!endIfRefused(push)) {
        return push;
      }
    }
    return null;
  }

  /** Ends those that must not ring any more, at every so many {@link Route#TICK}s. */
  void tick() {
    if (++ticks % REFUSALS_EVERY == 0) {
      all().forEach(this::endIfRefused);
    }
  }

  private boolean endIfRefused(PendingPush push) {
    NotSentReason refusal = push.refusal();
    if (refusal == null) {
      return false;
    }
    remove(push);
    push.finish(new NotSent(refusal), Optional.empty());
    return true;
  }

  /** Ends all; another attempt may be made. */
  void release(RetryReason cause) {
    List<PendingPush> unsent = all();
    again.clear();
    pushes.clear();
    unsent.forEach(push -> push.finish(new TryAgain(cause), Optional.empty()));
  }

  private List<PendingPush> all() {
    return Stream.concat(again.stream(), pushes.stream()).toList();
  }
}
