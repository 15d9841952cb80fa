package dev.ringpost.directory;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.UserId;
import dev.ringpost.delivery.ExpiringMap;
import dev.ringpost.delivery.missed.CallFates;
import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The memory of which calls were answered, declined or given up, for longer than calls ring, so
 * that a call which was taken is never told as a missed one. One thread tells, any number ask.
 */
final class AnsweredCalls implements CallFates {

  /** Bound on what is remembered, about 45 MB. */
  static final int MAX_WORDS = 1 << 17;

  /** The bound on ends is this part of it: a call whose end is forgotten waits for its deadline. */
  static final int PART_OF_ENDS = 4;

  /**
   * A word of a server on a call.
   *
   * @param callee null for everybody
   */
  private record Word(CallId call, @Nullable UserId callee, SignalType type)
      implements Comparable<Word> {

    private static final Comparator<Word> ORDER =
        Comparator.comparing((Word word) -> word.call().value())
            .thenComparing(word -> word.callee() == null ? "" : word.callee().value())
            .thenComparing(Word::type);

    @Override
    public int compareTo(Word other) {
      return ORDER.compare(this, other);
    }
  }

  private final Duration kept;
  private final InstantSource clock;
  private final ExpiringMap<Word, Instant> told;

  /** Ends for everybody, of which nothing follows but that a call may be looked at. */
  private final ExpiringMap<Word, Instant> ended;

  /** Since when nothing that was told is forgotten; of an invite before that nothing is known. */
  private volatile Instant knownSince;

  private volatile boolean answersAreTold;

  /**
   * Nothing told yet.
   *
   * @param kept how long a word is remembered at least; reading begins as long ago
   */
  AnsweredCalls(Duration kept, InstantSource clock, LongSupplier nanoTime) {
    this(MAX_WORDS, kept, clock, nanoTime);
  }

  AnsweredCalls(int most, Duration kept, InstantSource clock, LongSupplier nanoTime) {
    this.kept = kept;
    this.clock = clock;
    this.knownSince = clock.instant().minus(kept);
    this.told = new ExpiringMap<>(most, kept, nanoTime, (_, stays) -> forgetting(stays));
    this.ended =
        new ExpiringMap<>(
            Math.max(1, most / PART_OF_ENDS), kept, nanoTime, ExpiringMap.Early.untold());
  }

  /**
   * Of a call that was made while what stays was told, everything stays: nothing is told of it
   * before. By how much clocks may disagree, it must have been made later.
   */
  private void forgetting(Duration stays) {
    Instant known = clock.instant().minus(stays).plus(CallSignals.CLOCK_ALLOWANCE);
    if (known.isAfter(knownSince)) {
      knownSince = known;
    }
  }

  /** Somebody told something of a call. */
  void tell(Signal signal) {
    switch (signal.type()) {
      case ANSWERED -> {
        answersAreTold = true;
        // Whoever took it: a group whose call was taken has missed none.
        note(new Word(signal.call(), null, SignalType.ANSWERED), signal.at());
      }
      case DECLINED, CANCELLED ->
          note(new Word(signal.call(), signal.callee().orElse(null), signal.type()), signal.at());
      case ENDED -> {
        if (signal.callee().isEmpty()) {
          note(ended, new Word(signal.call(), null, SignalType.ENDED), signal.at());
        }
      }
      case RINGING -> {}
    }
  }

  private void note(Word word, Instant at) {
    note(told, word, at);
  }

  private static void note(ExpiringMap<Word, Instant> words, Word word, Instant at) {
    Instant _ = words.merge(word, at, (one, other) -> other.isAfter(one) ? other : one);
  }

  @Override
  public Fate of(CallInvite invite) {
    if (isTold(invite, null, SignalType.ANSWERED)) {
      return Fate.ANSWERED;
    }
    if (isToldOfCallee(invite, SignalType.DECLINED)) {
      return Fate.DECLINED;
    }
    Instant invitedAt = invite.invitedAt();
    if (invitedAt.isBefore(knownSince) || invitedAt.isBefore(clock.instant().minus(kept))) {
      return Fate.FORGOTTEN;
    }
    return answersAreTold || isToldOfCallee(invite, SignalType.CANCELLED)
        ? Fate.UNANSWERED
        : Fate.UNTOLD;
  }

  /**
   * Whether a call is over for everybody who is called. One that is over for this callee alone may
   * be offered to others, and taken by them.
   */
  boolean isOver(CallInvite invite) {
    return isTold(invite, null, SignalType.ANSWERED)
        || isTold(invite, null, SignalType.CANCELLED)
        || isTold(invite, null, SignalType.DECLINED)
        || concerns(ended.get(new Word(invite.callId(), null, SignalType.ENDED)), invite);
  }

  private boolean isToldOfCallee(CallInvite invite, SignalType type) {
    return isTold(invite, null, type) || isTold(invite, invite.callee(), type);
  }

  private boolean isTold(CallInvite invite, @Nullable UserId callee, SignalType type) {
    return concerns(told.get(new Word(invite.callId(), callee, type)), invite);
  }

  private static boolean concerns(@Nullable Instant at, CallInvite invite) {
    return at != null && !invite.invitedAt().isAfter(at.plus(CallSignals.CLOCK_ALLOWANCE));
  }

  /** Frees the room of what has had its time. */
  void forget() {
    told.forget();
    ended.forget();
  }
}
