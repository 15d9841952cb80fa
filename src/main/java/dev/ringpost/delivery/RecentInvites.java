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
   * Bound on what is remembered, about 200 bytes each; at least half of it always is. With 1000
   * calls a second on one worker that is a quarter of a minute, and repeats come within seconds.
   */
  static final int MAX = 1 << 15;

  /** The first reading of an invite, in one object, for each call leaves one behind. */
  private static final class Seen {

    private final String topic;
    private final int partition;
    private final long offset;
    private final long appendedSecond;
    private final int appendedNano;
    private final long invitedSecond;
    private final int invitedNano;
    private final long second;
    private final int nano;

    Seen(Origin origin, Instant invitedAt, Instant now) {
      Instant appended = origin.timestamp();
      this.topic = origin.topic();
      this.partition = origin.partition();
      this.offset = origin.offset();
      this.appendedSecond = appended.getEpochSecond();
      this.appendedNano = appended.getNano();
      this.invitedSecond = invitedAt.getEpochSecond();
      this.invitedNano = invitedAt.getNano();
      this.second = now.getEpochSecond();
      this.nano = now.getNano();
    }

    Instant at() {
      return Instant.ofEpochSecond(second, nano);
    }

    Instant invitedAt() {
      return Instant.ofEpochSecond(invitedSecond, invitedNano);
    }

    boolean isOf(Origin origin) {
      Instant appended = origin.timestamp();
      return offset == origin.offset()
          && partition == origin.partition()
          && topic.equals(origin.topic())
          && appendedSecond == appended.getEpochSecond()
          && appendedNano == appended.getNano();
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
    this.seen = new ExpiringMap<>(MAX, memory, System::nanoTime, ExpiringMap.Early.untold());
  }

  /**
   * Remembers an invite, unless it repeats another. The same record that is delivered again is no
   * repeat, and a new attempt with the same Call-ID is none either: its call ended in between.
   */
  boolean repeats(CallInvite invite, Origin origin, Instant now) {
    var own = new Seen(origin, invite.invitedAt(), now);
    // Decided inside the map: of two threads that read the same, one must not decide by what the
    // other is about to replace.
    Seen counts =
        seen.merge(key(invite), own, (known, again) -> isOver(known, invite, own) ? again : known);
    return !counts.isOf(origin);
  }

  /** Whether an invite that is known has nothing to do with one that was read now. */
  private boolean isOver(Seen known, CallInvite invite, Seen read) {
    return !known.at().isAfter(read.at().minus(memory))
        || (calls.ended(invite.asInvitedAt(known.invitedAt())) && !calls.ended(invite));
  }

  /** Forgets an invite that ended without a ring. */
  void forget(CallInvite invite, Origin origin) {
    seen.removeIf(key(invite), known -> known.isOf(origin));
  }

  /** Call and callee in one text; the length keeps two pairs apart that read the same. */
  private static String key(CallInvite invite) {
    String call = invite.callId().value();
    return call.length() + ":" + call + invite.callee().value();
  }
}
