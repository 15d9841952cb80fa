package dev.ringpost.delivery.rings;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Origin;
import dev.ringpost.delivery.CallStates;
import dev.ringpost.delivery.CallStates.Ringing;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryListener;
import dev.ringpost.delivery.rings.RingListener.AgainEnd;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watch on accepted calls until a phone rings: each gets one second verdict, {@code rang} as
 * soon as it is seen, {@code silent} when the time is over and what was told in it has been read.
 * None is told where no server tells of ringing, and none of a call that ended before any phone
 * rang. A silent call may be rung once more; it is watched then until its deadline, only to count
 * whether that helped.
 *
 * <p>Nothing is told or rung again before the settlement of the call's record is committed: until
 * then its next owner may read it again, ring it and tell of it. So a worker that is killed costs a
 * second verdict at most, and never doubles one.
 *
 * <p>It listens to decisions on their way to another listener. Safe for many threads; {@link #look}
 * is for one.
 */
public final class RingWatch implements DeliveryListener {

  /** Bound on the calls that are watched at once, about 64 MB with what is kept of each. */
  public static final int MAX_WATCHED = 1 << 16;

  /**
   * Bound on the wait for signals to be read after a call's time is over: then nobody can know, and
   * nobody needs to.
   */
  static final Duration UNHEARD_AFTER = Duration.ofSeconds(3);

  /**
   * Bound on the wait for the commit of a call's record after its time is over: by then the record
   * is another worker's, or Kafka is away, and nobody needs the verdict.
   */
  static final Duration UNCOMMITTED_AFTER = UNHEARD_AFTER;

  private static final Logger log = LoggerFactory.getLogger(RingWatch.class);

  private final CallStates states;
  private final Supplier<Duration> signalsBehind;
  private final RingOutbox outbox;
  private final RingListener listener;
  private final DeliveryListener next;
  private final Duration silentAfter;
  private final InstantSource clock;
  private final Optional<RingAgain> again;
  private final ConcurrentLinkedQueue<Watched> fresh = new ConcurrentLinkedQueue<>();
  private final AtomicInteger watched = new AtomicInteger();

  /** Since the last look; what finds no room is told by its older claim, or not at all. */
  private final LinkedBlockingQueue<ReadAgain> readAgain = new LinkedBlockingQueue<>(MAX_WATCHED);

  /** Those that were seen by a look already; for its thread. */
  private List<Watched> waiting = new ArrayList<>();

  /** The place of a record: where that of its invite stood first, and the number of the try. */
  private record Place(Origin origin, int attempt) {}

  /** A record that was read again, and is settled by what is known of it. */
  private record ReadAgain(Place place, Arrival.Claim claim) {}

  /**
   * A call that is watched.
   *
   * @param claim to the record that ended its invite
   * @param order by which it is rung again if it stays silent; empty where it is not
   * @param rungAgain whether it was silent, is told so, and was rung again
   */
  private record Watched(
      AcceptedCall call, Arrival.Claim claim, Optional<SilentCall> order, boolean rungAgain) {

    /** The same with the claim of the newest reading of its record. */
    Watched by(Map<Place, Arrival.Claim> readAgain) {
      var place = new Place(call.origin(), call.attempt());
      return new Watched(call, readAgain.getOrDefault(place, claim), order, rungAgain);
    }

    /** The same once a phone rings: it is not rung again. */
    Watched rang() {
      return new Watched(call, claim, Optional.empty(), rungAgain);
    }

    /** The same once it has been rung again. */
    Watched again() {
      return new Watched(call, claim, Optional.empty(), true);
    }
  }

  /**
   * @param signalsBehind the time since all signals were last known to be read: a phone that they
   *     do not name may ring all the same
   * @param next is told everything as well
   * @param silentAfter {@code ring.silent-after}; zero to watch nothing
   * @param again rings silent calls once more; empty where nobody wants that
   */
  public RingWatch(
      CallStates states,
      Supplier<Duration> signalsBehind,
      RingOutbox outbox,
      RingListener listener,
      DeliveryListener next,
      Duration silentAfter,
      InstantSource clock,
      Optional<RingAgain> again) {
    this.states = states;
    this.signalsBehind = signalsBehind;
    this.outbox = outbox;
    this.listener = listener;
    this.next = next;
    this.silentAfter = silentAfter;
    this.clock = clock;
    this.again = again;
  }

  @Override
  public void decided(Decision decision) {
    next.decided(decision);
    if (silentAfter.isPositive() && states.ringingIsTold()) {
      AcceptedCall.of(decision).ifPresent(call -> watch(call, decision));
    }
  }

  @Override
  public void settledAgain(Arrival arrival, Arrival.Claim claim) {
    next.settledAgain(arrival, claim);
    if (watched.get() > 0 && arrival instanceof Arrival.Invited(var envelope, var attempt)) {
      var place = new Place(envelope.origin(), attempt.number());
      boolean _ = readAgain.offer(new ReadAgain(place, claim));
    }
  }

  private void watch(AcceptedCall call, Decision decision) {
    if (watched.incrementAndGet() > MAX_WATCHED) {
      int _ = watched.decrementAndGet();
      listener.unwatched();
    } else {
      fresh.add(new Watched(call, decision.claim(), order(decision), false));
    }
  }

  private Optional<SilentCall> order(Decision decision) {
    return decision.arrival() instanceof Arrival.Invited(var envelope, var attempt)
        ? again
            .filter(RingAgain::keep)
            .map(_ -> SilentCall.of(envelope.origin(), attempt, decision))
        : Optional.empty();
  }

  /** How many calls are watched. */
  public int watched() {
    return watched.get();
  }

  /** Looks at every watched call once, and tells what there is to tell. */
  public void look() {
    // Before those that are fresh: what is read again was decided before.
    Map<Place, Arrival.Claim> claims = claimsReadAgain();
    for (Watched one = fresh.poll(); one != null; one = fresh.poll()) {
      waiting.add(one);
    }
    if (waiting.isEmpty()) {
      return;
    }
    if (!claims.isEmpty()) {
      waiting.replaceAll(one -> one.by(claims));
    }
    // Before the signals are looked at: what is read in between is seen, and not taken for silence.
    Duration behind = signalsBehind.get();
    Instant now = clock.instant();
    List<Watched> still = new ArrayList<>(waiting.size());
    for (Watched one : waiting) {
      Optional<Watched> next = afterOrFaulty(one, now, now.minus(behind));
      next.ifPresent(still::add);
      if (one.order().isPresent() && next.flatMap(Watched::order).isEmpty()) {
        again.ifPresent(RingAgain::forget);
      }
    }
    int _ = watched.addAndGet(still.size() - waiting.size());
    waiting = still;
  }

  private Map<Place, Arrival.Claim> claimsReadAgain() {
    if (readAgain.isEmpty()) {
      return Map.of();
    }
    Map<Place, Arrival.Claim> claims = new HashMap<>();
    for (ReadAgain one = readAgain.poll(); one != null; one = readAgain.poll()) {
      claims.put(one.place(), one.claim());
    }
    return claims;
  }

  /** A fault of Ringpost's costs this call its second verdict; no other is told twice for it. */
  private Optional<Watched> afterOrFaulty(Watched one, Instant now, Instant read) {
    try {
      return one.rungAgain() ? afterRungAgain(one, now) : after(one, now, read);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      log.atError()
          .addKeyValue("invite", one.call().envelope())
          .setCause(e)
          .log("a second verdict met a fault of Ringpost's and is not told; please report it");
      return Optional.empty();
    }
  }

  /**
   * What is watched of it after a look; empty if it is over.
   *
   * @param read until when signals are known to be read
   */
  private Optional<Watched> after(Watched one, Instant now, Instant read) {
    AcceptedCall call = one.call();
    CallInvite invite = call.invite();
    Optional<Ringing> ringing = states.ringing(invite);
    if (ringing.isPresent()) {
      if (!one.claim().committed()) {
        return uncommitted(one.rang(), now);
      }
      tell(call, rang(call, ringing.get()), now);
      return Optional.empty();
    }
    if (states.ended(invite)) {
      listener.ended();
      return Optional.empty();
    }
    boolean expired = invite.deadline().passedAt(now);
    Instant due = call.acceptedAt().plus(silentAfter);
    if (now.isBefore(due) && !expired) {
      return Optional.of(one);
    }
    Instant over = due.isBefore(invite.deadline().at()) ? due : invite.deadline().at();
    if (read.isBefore(over)) {
      if (now.isBefore(invite.deadline().at().plus(UNHEARD_AFTER))) {
        return Optional.of(one);
      }
      listener.unheard();
      return Optional.empty();
    }
    if (!one.claim().committed()) {
      return uncommitted(one, now);
    }
    tell(call, new RingVerdict.Silent(), now);
    boolean rungAgain = !expired && again.flatMap(it -> one.order().map(it::ring)).orElse(false);
    return rungAgain ? Optional.of(one.again()) : Optional.empty();
  }

  /** What there is to tell waits for the commit, but not for ever: it may be another's to tell. */
  private Optional<Watched> uncommitted(Watched one, Instant now) {
    Instant deadline = one.call().invite().deadline().at();
    Instant acceptedAt = one.call().acceptedAt();
    Instant over = acceptedAt.isAfter(deadline) ? acceptedAt : deadline;
    if (now.isBefore(over.plus(UNCOMMITTED_AFTER))) {
      return Optional.of(one);
    }
    listener.uncommitted();
    return Optional.empty();
  }

  private Optional<Watched> afterRungAgain(Watched one, Instant now) {
    CallInvite invite = one.call().invite();
    if (states.ringing(invite).isPresent()) {
      listener.rungAgain(AgainEnd.RANG);
    } else if (states.ended(invite)) {
      listener.rungAgain(AgainEnd.ENDED);
    } else if (invite.deadline().passedAt(now)) {
      listener.rungAgain(AgainEnd.SILENT);
    } else {
      return Optional.of(one);
    }
    return Optional.empty();
  }

  private static RingVerdict rang(AcceptedCall call, Ringing ringing) {
    return new RingVerdict.Rang(
        ringing.device(),
        call.writtenAt()
            .map(written -> Duration.between(written, ringing.readAt()))
            .filter(time -> !time.isNegative()));
  }

  private void tell(AcceptedCall call, RingVerdict verdict, Instant now) {
    outbox.tell(new RingReport(call, verdict, now));
    listener.told(verdict);
  }
}
