package dev.ringpost.directory;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.UserId;
import dev.ringpost.delivery.CallStates;
import dev.ringpost.delivery.ExpiringMap;
import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalCodec;
import dev.ringpost.events.SignalType;
import dev.ringpost.events.UnusableRecordException;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.telemetry.DirectoryMeters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The view of signals: what call servers have reported of their calls, as far as it can still
 * matter. A signal is a fact that stands, not a state that the next one replaces: signals may come
 * in any order, twice, and before their invite. Of those that say the same of the same only the
 * newest time is kept.
 *
 * <p>Nothing is forgotten when the topic is recreated or read again: an end that has been read
 * stays one.
 *
 * <p>One thread applies records. Any number ask and note pushes; asking takes no lock and about a
 * quarter of a microsecond.
 */
final class CallSignals implements CallStates, MaterializedView {

  /**
   * How far an invite may be later than a signal that concerns it: the clocks of two servers differ
   * by less, and a caller who tries again with the same Call-ID takes longer.
   */
  static final Duration CLOCK_ALLOWANCE = Duration.ofSeconds(2);

  /**
   * Bound on signals, about 90 MB. With 1000 calls a second and two signals each, every signal is
   * kept for a minute at least, twice as long as a call rings by default.
   */
  static final int MAX_SIGNALS = 1 << 18;

  /**
   * Bound on noted pushes. With 4000 pushes a second each is kept for four seconds at least, longer
   * than a phone takes to ring; what is forgotten too soon is only not measured, and more would
   * cost the garbage collector as much as the pushing.
   */
  static final int MAX_PUSHES = 1 << 15;

  /**
   * The call, callee and device that a signal or a push is about.
   *
   * @param callee null for everybody
   * @param device null for all
   */
  private record Scope(CallId call, @Nullable UserId callee, @Nullable DeviceId device)
      implements Comparable<Scope> {

    private static final Comparator<Scope> ORDER =
        Comparator.comparing((Scope scope) -> scope.call().value())
            .thenComparing(scope -> scope.callee() == null ? "" : scope.callee().value())
            .thenComparing(scope -> scope.device() == null ? "" : scope.device().value());

    @Override
    public int compareTo(Scope other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * The time of a signal, and of its reading.
   *
   * @param at when it happened, in milliseconds since 1970
   * @param readAt when it was read
   */
  private record Told(long at, long readAt) {

    boolean concerns(Instant invitedAt) {
      return !invitedAt.isAfter(Instant.ofEpochMilli(at).plus(CLOCK_ALLOWANCE));
    }

    Told orNewer(Told other) {
      return other.at > at ? other : this;
    }
  }

  /**
   * The word of a device that it rings.
   *
   * @param told when it rings, and when that was read
   */
  private record FirstRing(DeviceId device, Told told) {

    /** One of an older attempt at the call gives way to a newer one. */
    FirstRing orOfNewAttempt(FirstRing other) {
      long apart = other.told.at() - told.at();
      return apart > CLOCK_ALLOWANCE.toMillis() ? other : this;
    }
  }

  /** A push that was written, until its device rings. */
  private record Push(UserId callee, Instant invitedAt, Instant writtenAt, AtomicBoolean measured) {

    /** Whether a signal speaks of it. */
    boolean isMeant(Scope scope) {
      return scope.callee() == null || scope.callee().equals(callee);
    }

    Push orLater(@SuppressWarnings("unused") Push other) {
      return this;
    }
  }

  private final Optional<AnsweredCalls> answers;
  private final UnusableRecords unusable;
  private final DirectoryMeters meters;
  private final InstantSource clock;
  private final ExpiringMap<Scope, Told> told;
  private final ExpiringMap<Scope, Push> pushes;
  private final ExpiringMap<Scope, FirstRing> firstRings;

  /** Whether any server tells of ringing; if none does, noting pushes would be for nothing. */
  private volatile boolean ringingIsTold;

  /**
   * Nothing told yet.
   *
   * @param keep how long a signal is kept at least, and twice as long at most
   */
  CallSignals(
      Duration keep,
      UnusableRecords skips,
      DirectoryMeters meters,
      InstantSource clock,
      LongSupplier nanoTime) {
    this(keep, Optional.empty(), skips, meters, clock, nanoTime);
  }

  /**
   * As above.
   *
   * @param answers is told of every signal as well
   */
  CallSignals(
      Duration keep,
      Optional<AnsweredCalls> answers,
      UnusableRecords skips,
      DirectoryMeters meters,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.answers = answers;
    this.unusable = skips;
    this.meters = meters;
    meters.signalTypes(Arrays.stream(SignalType.values()).map(SignalType::wire).toList());
    this.clock = clock;
    this.told =
        new ExpiringMap<>(MAX_SIGNALS, keep, nanoTime, (ends, _) -> meters.signalsForgotten(ends));
    this.firstRings = new ExpiringMap<>(MAX_PUSHES, keep, nanoTime, ExpiringMap.Early.untold());
    this.pushes = new ExpiringMap<>(MAX_PUSHES, keep, nanoTime, ExpiringMap.Early.untold());
  }

  @Override
  public void apply(ConsumerRecord<byte[], byte[]> record) {
    Instant timestamp = Instant.ofEpochMilli(Math.max(0, record.timestamp()));
    try {
      Signal signal =
          SignalCodec.decode(record.value(), ContentMode.of(record.headers()), timestamp);
      meters.signal(signal.type().wire());
      take(signal);
    } catch (UnusableRecordException e) {
      unusable.unusable(record, e.unusable());
    }
  }

  @Override
  public void passed(TopicPartition partition, long from, long to, Throwable cause) {
    unusable.passed(partition, from, to, cause);
  }

  private void take(Signal signal) {
    answers.ifPresent(it -> it.tell(signal));
    var word = new Told(signal.at().toEpochMilli(), clock.millis());
    var scope =
        new Scope(
            signal.call(),
            signal.callee().orElse(null),
            signal.type().endsTheCall() ? null : signal.device().orElseThrow());
    told.merge(scope, word, Told::orNewer);
    if (scope.device() != null) {
      ringingIsTold = true;
      FirstRing _ =
          firstRings.merge(
              new Scope(scope.call(), scope.callee(), null),
              new FirstRing(scope.device(), word),
              FirstRing::orOfNewAttempt);
      Push push = pushes.get(new Scope(scope.call(), null, scope.device()));
      if (push != null && push.isMeant(scope)) {
        measure(push, word);
      }
    }
  }

  @Override
  public boolean ended(CallInvite invite) {
    return isTold(invite, null);
  }

  @Override
  public boolean ringingIsTold() {
    return ringingIsTold;
  }

  @Override
  public Optional<Ringing> ringing(CallInvite invite) {
    return firstRing(invite, null).or(() -> firstRing(invite, invite.callee()));
  }

  private Optional<Ringing> firstRing(CallInvite invite, @Nullable UserId callee) {
    return Optional.ofNullable(firstRings.get(new Scope(invite.callId(), callee, null)))
        .filter(first -> first.told().concerns(invite.invitedAt()))
        .map(first -> new Ringing(first.device(), Instant.ofEpochMilli(first.told().readAt())));
  }

  @Override
  public boolean rings(CallInvite invite, DeviceId device) {
    return isTold(invite, device);
  }

  private boolean isTold(CallInvite invite, @Nullable DeviceId device) {
    if (told.isEmpty()) {
      return false;
    }
    Instant invitedAt = invite.invitedAt();
    Told toAll = told.get(new Scope(invite.callId(), null, device));
    if (toAll != null && toAll.concerns(invitedAt)) {
      return true;
    }
    Told toCallee = told.get(new Scope(invite.callId(), invite.callee(), device));
    return toCallee != null && toCallee.concerns(invitedAt);
  }

  /**
   * Notes a push, from the first word of ringing on. Of several to devices of the same id in the
   * same call the first counts, also if they are two callees'.
   */
  @Override
  public void written(CallInvite invite, DeviceId device, Instant at) {
    if (!ringingIsTold) {
      return;
    }
    var push = new Push(invite.callee(), invite.invitedAt(), at, new AtomicBoolean());
    var scope = new Scope(invite.callId(), null, device);
    if (!pushes.merge(scope, push, Push::orLater).equals(push) || told.isEmpty()) {
      return;
    }
    // Now that a signal would find the push: it may have come before.
    for (Scope signalled : List.of(scope, new Scope(invite.callId(), invite.callee(), device))) {
      Told ringing = told.get(signalled);
      if (ringing != null) {
        measure(push, ringing);
      }
    }
  }

  /** Once; a device that rang before the push was written does not ring because of it. */
  private void measure(Push push, Told ringing) {
    Duration time = Duration.ofMillis(ringing.readAt() - push.writtenAt().toEpochMilli());
    if (ringing.concerns(push.invitedAt())
        && !time.isNegative()
        && push.measured().compareAndSet(false, true)) {
      meters.rangThrough(time);
    }
  }

  @Override
  public void atEnd(long nanoTime) {
    answers.ifPresent(AnsweredCalls::forget);
    told.forget();
    pushes.forget();
    firstRings.forget();
    unusable.tellUnnamed();
  }

  /** Signals that are remembered. */
  @Override
  public long entries() {
    return told.size();
  }
}
