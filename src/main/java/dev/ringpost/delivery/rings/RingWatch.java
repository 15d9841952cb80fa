package dev.ringpost.delivery.rings;

import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.CallStates;
import dev.ringpost.delivery.CallStates.Ringing;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watch on accepted calls until a phone rings: each gets one second verdict, {@code rang} as
 * soon as it is seen, {@code silent} when the time is over. None is told where no server tells of
 * ringing, and none of a call that ended before any phone rang.
 *
 * <p>It listens to decisions on their way to another listener. Safe for many threads; {@link #look}
 * is for one.
 */
public final class RingWatch implements DeliveryListener {

  /** Bound on the calls that are watched at once, about 64 MB with what is kept of each. */
  public static final int MAX_WATCHED = 1 << 16;

  private static final Logger log = LoggerFactory.getLogger(RingWatch.class);

  private final CallStates states;
  private final RingOutbox outbox;
  private final RingListener listener;
  private final DeliveryListener next;
  private final Duration silentAfter;
  private final InstantSource clock;
  private final ConcurrentLinkedQueue<AcceptedCall> fresh = new ConcurrentLinkedQueue<>();
  private final AtomicInteger watched = new AtomicInteger();

  /** Those that were seen by a look already; for its thread. */
  private List<AcceptedCall> waiting = new ArrayList<>();

  /**
   * @param next is told everything as well
   * @param silentAfter {@code ring.silent-after}; zero to watch nothing
   */
  public RingWatch(
      CallStates states,
      RingOutbox outbox,
      RingListener listener,
      DeliveryListener next,
      Duration silentAfter,
      InstantSource clock) {
    this.states = states;
    this.outbox = outbox;
    this.listener = listener;
    this.next = next;
    this.silentAfter = silentAfter;
    this.clock = clock;
  }

  @Override
  public void decided(Decision decision) {
    next.decided(decision);
    if (silentAfter.isPositive() && states.ringingIsTold()) {
      AcceptedCall.of(decision).ifPresent(this::watch);
    }
  }

  @Override
  public void settledAgain() {
    next.settledAgain();
  }

  private void watch(AcceptedCall call) {
    if (watched.incrementAndGet() > MAX_WATCHED) {
      int _ = watched.decrementAndGet();
      listener.unwatched();
    } else {
      fresh.add(call);
    }
  }

  /** How many calls are watched. */
  public int watched() {
    return watched.get();
  }

  /** Looks at every watched call once, and tells what there is to tell. */
  public void look() {
    for (AcceptedCall call = fresh.poll(); call != null; call = fresh.poll()) {
      waiting.add(call);
    }
    if (waiting.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    List<AcceptedCall> still = new ArrayList<>(waiting.size());
    for (AcceptedCall call : waiting) {
      if (!isOverOrFaulty(call, now)) {
        still.add(call);
      }
    }
    int _ = watched.addAndGet(still.size() - waiting.size());
    waiting = still;
  }

  /** A fault of Ringpost's costs this call its second verdict; no other is told twice for it. */
  private boolean isOverOrFaulty(AcceptedCall call, Instant now) {
    try {
      return isOver(call, now);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      log.atError()
          .addKeyValue("invite", call.origin())
          .setCause(e)
          .log("a second verdict met a fault of Ringpost's and is not told; please report it");
      return true;
    }
  }

  private boolean isOver(AcceptedCall call, Instant now) {
    CallInvite invite = call.invite();
    Optional<Ringing> ringing = states.ringing(invite);
    if (ringing.isPresent()) {
      tell(call, rang(call, ringing.get()), now);
      return true;
    }
    if (states.ended(invite)) {
      listener.ended();
      return true;
    }
    Instant due = call.acceptedAt().plus(silentAfter);
    if (now.isBefore(due) && !invite.deadline().passedAt(now)) {
      return false;
    }
    tell(call, new RingVerdict.Silent(), now);
    return true;
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
