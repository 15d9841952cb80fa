package dev.ringpost.delivery;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The invites that this worker rings or has rung lately: a repeat of one rings nobody. One that
 * ended without a ring is forgotten at once, so that a repeat of it has its chance. Safe for many
 * threads.
 */
final class RecentInvites {

  /** Bound on what is remembered; the oldest is forgotten first. About 300 bytes each. */
  static final int MAX = 100_000;

  private record Key(CallId call, UserId callee) {}

  private record Seen(Origin origin, Instant invitedAt, Instant at) {}

  private final Duration memory;
  private final CallStates calls;
  private final LinkedHashMap<Key, Seen> seen = new LinkedHashMap<>();

  /**
   * @param memory how long an invite is remembered
   */
  RecentInvites(Duration memory, CallStates calls) {
    this.memory = memory;
    this.calls = calls;
  }

  /**
   * Remembers an invite, unless it repeats another. The same record read again is no repeat, and a
   * new attempt with the same Call-ID is none either: its call ended in between.
   */
  boolean repeats(CallInvite invite, Origin origin, Instant now) {
    var key = new Key(invite.callId(), invite.callee());
    Seen first;
    synchronized (this) {
      forgetOld(now);
      first = seen.putIfAbsent(key, new Seen(origin, invite.invitedAt(), now));
    }
    if (first == null || first.origin().equals(origin)) {
      return false;
    }
    boolean endedBetween =
        calls.ended(invite.asInvitedAt(first.invitedAt())) && !calls.ended(invite);
    if (endedBetween) {
      synchronized (this) {
        seen.remove(key);
        seen.put(key, new Seen(origin, invite.invitedAt(), now));
      }
    }
    return !endedBetween;
  }

  /** Forgets an invite that ended without a ring. */
  synchronized void forget(CallInvite invite, Origin origin) {
    var key = new Key(invite.callId(), invite.callee());
    Seen first = seen.get(key);
    if (first != null && first.origin().equals(origin)) {
      seen.remove(key);
    }
  }

  private void forgetOld(Instant now) {
    Instant horizon = now.minus(memory);
    Iterator<Map.Entry<Key, Seen>> oldest = seen.entrySet().iterator();
    while (oldest.hasNext()) {
      boolean old = !oldest.next().getValue().at().isAfter(horizon);
      if (!old && seen.size() < MAX) {
        return;
      }
      oldest.remove();
    }
  }
}
