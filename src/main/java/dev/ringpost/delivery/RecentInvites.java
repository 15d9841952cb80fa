package dev.ringpost.delivery;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Origin;
import java.time.Duration;
import java.time.Instant;

/**
 * The invites that this worker rings or has rung lately: a repeat of one rings nobody. One that
 * ended without a ring is forgotten at once, so that a repeat of it has its chance. Safe for many
 * threads.
 */
final class RecentInvites {

  /**
   * Bound on what is remembered, about 300 bytes each; at least half of it always is. With 1000
   * calls a second on one worker that is a quarter of a minute, and repeats come within seconds.
   */
  static final int MAX = 1 << 15;

  /**
   * The first reading of an invite, in few objects, for each call leaves one behind.
   *
   * @param topic with partition and offset the place of its record
   * @param appended the record's timestamp
   */
  private record Seen(
      String topic, int partition, long offset, Instant appended, Instant invitedAt, Instant at) {

    static Seen of(Origin origin, Instant invitedAt, Instant at) {
      return new Seen(
          origin.topic(), origin.partition(), origin.offset(), origin.timestamp(), invitedAt, at);
    }

    boolean isOf(Origin origin) {
      return offset == origin.offset()
          && partition == origin.partition()
          && topic.equals(origin.topic())
          && appended.equals(origin.timestamp());
    }
  }

  private final Duration memory;
  private final CallStates calls;
  private final ExpiringMap<String, Seen> seen;

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
    String key = key(invite);
    var own = Seen.of(origin, invite.invitedAt(), now);
    Seen first = seen.merge(key, own, (earlier, _) -> earlier);
    if (first.isOf(origin)) {
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
    String key = key(invite);
    Seen first = seen.get(key);
    if (first != null && first.isOf(origin)) {
      seen.remove(key);
    }
  }

  /** Call and callee in one text; the length keeps two pairs apart that read the same. */
  private static String key(CallInvite invite) {
    String call = invite.callId().value();
    return call.length() + ":" + call + invite.callee().value();
  }
}
