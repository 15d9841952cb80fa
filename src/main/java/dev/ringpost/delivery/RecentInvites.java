package dev.ringpost.delivery;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;

/**
 * The invites that this worker rings or has rung lately: a repeat of one rings nobody. One that
 * ended without a ring is forgotten at once, so that a repeat of it has its chance. Safe for many
 * threads.
 */
final class RecentInvites {

  /**
   * Bound on what is remembered, about 400 bytes each; at least half of it always is. With 1000
   * calls a second on one worker that is a quarter of a minute, and repeats come within seconds.
   */
  static final int MAX = 1 << 15;

  private record Key(CallId call, UserId callee) implements Comparable<Key> {

    private static final Comparator<Key> ORDER =
        Comparator.comparing((Key key) -> key.call().value())
            .thenComparing(key -> key.callee().value());

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  private record Seen(Origin origin, Instant invitedAt, Instant at) {}

  private final Duration memory;
  private final CallStates calls;
  private final ExpiringMap<Key, Seen> seen;

  /**
   * @param memory how long an invite is remembered
   */
  RecentInvites(Duration memory, CallStates calls) {
    this.memory = memory;
    this.calls = calls;
    this.seen = new ExpiringMap<>(MAX, memory, System::nanoTime, _ -> {});
  }

  /**
   * Remembers an invite, unless it repeats another. The same record that is delivered again is no
   * repeat, and a new attempt with the same Call-ID is none either: its call ended in between.
   */
  boolean repeats(CallInvite invite, Origin origin, Instant now) {
    var key = new Key(invite.callId(), invite.callee());
    var own = new Seen(origin, invite.invitedAt(), now);
    Seen first = seen.merge(key, own, (earlier, _) -> earlier);
    if (first.origin().equals(origin)) {
      return false;
    }
    boolean over =
        !first.at().isAfter(now.minus(memory))
            || (calls.ended(invite.asInvitedAt(first.invitedAt())) && !calls.ended(invite));
    if (over) {
      seen.merge(key, own, (_, later) -> later);
    }
    return !over;
  }

  /** Forgets an invite that ended without a ring. */
  void forget(CallInvite invite, Origin origin) {
    var key = new Key(invite.callId(), invite.callee());
    Seen first = seen.get(key);
    if (first != null && first.origin().equals(origin)) {
      seen.remove(key);
    }
  }
}
