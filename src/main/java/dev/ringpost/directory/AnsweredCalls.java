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
    this.told = new ExpiringMap<>(most, kept, nanoTime, _ -> forgetting());
  }

  private void forgetting() {
    knownSince = clock.instant();
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
      case RINGING, ENDED -> {}
    }
  }

  private void note(Word word, Instant at) {
    Instant _ = told.merge(word, at, (one, other) -> other.isAfter(one) ? other : one);
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

  private boolean isToldOfCallee(CallInvite invite, SignalType type) {
    return isTold(invite, null, type) || isTold(invite, invite.callee(), type);
  }

  private boolean isTold(CallInvite invite, @Nullable UserId callee, SignalType type) {
    Instant at = told.get(new Word(invite.callId(), callee, type));
    return at != null && !invite.invitedAt().isAfter(at.plus(CallSignals.CLOCK_ALLOWANCE));
  }

  /** Frees the room of what has had its time. */
  void forget() {
    told.forget();
  }
}
