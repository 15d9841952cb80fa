package dev.ringpost.apns;

import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.Answer;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Cause;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Why;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.Ring;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An order to ring a device, from the order to its one outcome. Made on any thread, lives on the
 * loop.
 */
final class PendingRing {

  /**
   * Bound on tries within one attempt, the first among them. A second connection helps if the first
   * one broke; if two broke, the fault is hardly the connection's. The other environment is tried
   * all the same.
   */
  static final int MAX_TRIES = 3;

  /** What APNs said to a try. */
  private record Told(GuardedPush by, PushOutcome outcome, Answer answer) {}

  private final Ring ring;
  private final UUID apnsId;
  private final String topic;
  private final String payload;
  private final InstantSource clock;
  private final long orderedNanos;
  private final CompletableFuture<PushReport> report = new CompletableFuture<>();
  private final WrittenTries written = new WrittenTries();

  private final Environment home;

  /** Where it is tried. */
  private Environment environment;

  /** The route of the other environment, until it is tried there. */
  private @Nullable Route elsewhere;

  /** What the first environment said of the token, once the other one is tried. */
  private @Nullable Answer firstAnswer;

  private @Nullable PushOutcome firstOutcome;

  /** An answer about the connection and not about the push: counts if no further try is written. */
  private @Nullable Told aside;

  private boolean hadOneAside;

  private @Nullable OpenRings list;
  private @Nullable RouteBreaker breaker;
  private boolean probe;
  private @Nullable PushOutcome outcomeForBreaker;

  /** The last try, and what it was given to. */
  private @Nullable GuardedPush push;

  private @Nullable Link link;

  private int begun;
  private int underWay;
  private boolean settled;

  PendingRing(
      Ring ring,
      UUID apnsId,
      String topic,
      String payload,
      InstantSource clock,
      long orderedNanos) {
    this.ring = ring;
    this.apnsId = apnsId;
    this.topic = topic;
    this.payload = payload;
    this.clock = clock;
    this.orderedNanos = orderedNanos;
    this.home = ring.device().environment();
    this.environment = home;
  }

  /** Completes with the outcome, on the loop, and never fails. */
  CompletableFuture<PushReport> report() {
    return report;
  }

  UUID apnsId() {
    return apnsId;
  }

  String topic() {
    return topic;
  }

  String payload() {
    return payload;
  }

  /** The token in hex; whoever gets it is writing the push. */
  String token() {
    return ring.device().token().hex();
  }

  Instant deadline() {
    return ring.attempt().invite().deadline().at();
  }

  /** Time until the deadline, zero once it has passed. */
  Duration left() {
    return ring.attempt().invite().deadline().leftAt(clock.instant());
  }

  /** Time since the order. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - orderedNanos);
  }

  Device device() {
    return ring.device();
  }

  /** Where it is tried. */
  Environment environment() {
    return environment;
  }

  /**
   * Where it is tried first, and where then if its token is not of that environment.
   *
   * @param second null if there is no route in the other environment
   */
  void aim(Environment first, @Nullable Route second) {
    environment = first;
    elsewhere = second;
  }

  /**
   * Goes to the other environment, once, for the one that it was tried in does not know the token.
   * That answer stays if the other one has none.
   *
   * @return the other route, or null if there is none
   */
  @Nullable Route move(PushOutcome outcome, Answer answer) {
    Route next = elsewhere;
    if (next == null || settled || !next.takesPushes()) {
      return null;
    }
    elsewhere = null;
    firstOutcome = outcome;
    firstAnswer = answer;
    leave(outcome);
    environment = environment.other();
    underWay = 0;
    push = null;
    link = null;
    return next;
  }

  /** Whether it is tried in its second environment. */
  boolean hasMoved() {
    return firstAnswer != null;
  }

  /** Why this must not be written now, or null if it may be. */
  @Nullable Why refusal() {
    if (ring.attempt().invite().deadline().passedAt(clock.instant())) {
      return Why.LATE;
    }
    return ring.guard().refusal().orElse(null);
  }

  boolean isSettled() {
    return settled;
  }

  boolean isWritten() {
    return written.any();
  }

  /** Whether a try is not over, where it is tried. */
  boolean isUnderWay() {
    return underWay > 0;
  }

  /** Whether one more try is allowed. */
  boolean mayTryAgain() {
    return !settled && begun < MAX_TRIES;
  }

  /** What the last try was given to, if there was one. */
  @Nullable Link lastLink() {
    return link;
  }

  /** A try begins; one that is under way may still bring its answer. */
  void tryWith(GuardedPush next, Link onLink) {
    if (isUnderWay()) {
      suspectLink();
    }
    begun++;
    underWay++;
    push = next;
    link = onLink;
  }

  /** A try of the attempt before, which is under way or was answered late, is its own now. */
  void adopt(GuardedPush late, Link onLink) {
    written.continues(late.ring().written, late);
    late.handTo(this);
    push = late;
    link = onLink;
    begun = 1;
    underWay = 1;
  }

  /** What it is tried with now, if it is. */
  @Nullable GuardedPush lastTry() {
    return push;
  }

  /** Its outcome says nothing of the route. */
  void keepFromBreaker() {
    outcomeForBreaker = new TryAgain(Cause.BUSY);
  }

  /** A try where it is tried is over, with an answer or without. */
  void tryEnded() {
    underWay--;
  }

  /**
   * Sets an answer aside that says something of the connection and not of the push, so that another
   * connection is tried; once only, for two such answers are no chance.
   *
   * @return whether another try is allowed
   */
  boolean setAside(GuardedPush by, PushOutcome outcome, Answer answer) {
    if (hadOneAside || !mayTryAgain()) {
      return false;
    }
    hadOneAside = true;
    aside = new Told(by, outcome, answer);
    return true;
  }

  /** Whether its last answer is set aside. */
  boolean isSetAside() {
    return aside != null;
  }

  /** The last try was not over in time: its connection may be of no use. */
  void suspectLink() {
    if (push != null && link != null) {
      link.suspect(push);
    }
  }

  /**
   * Enters a route: is in the list of its rings until it has its outcome, of which the breaker is
   * told.
   *
   * @param asProbe whether it finds out if the route is back
   */
  void enter(OpenRings open, RouteBreaker routeBreaker, boolean asProbe) {
    list = open;
    open.add(this);
    breaker = routeBreaker;
    probe = asProbe;
  }

  /** A try reached a connection. */
  void wrote(GuardedPush writing) {
    aside = null;
    written.wrote(writing, clock.instant());
    if (link != null && writing == push) {
      link.writes(writing);
    }
  }

  /** Ends this ring with APNs' answer to a try, unless it has ended: the first answer counts. */
  void answered(GuardedPush by, PushOutcome outcome, Answer answer) {
    if (!settled) {
      written.answeredBy(by);
      settle(outcome, Optional.of(answer));
    }
  }

  /** Held back for {@code why}: nothing more is tried. */
  void holdBack(Why why) {
    settle(new NotSent(why), Optional.empty());
  }

  /** Ends this ring, unless it has ended. */
  void settle(PushOutcome outcome, Optional<Answer> answer) {
    if (settled) {
      return;
    }
    Told told = aside;
    if (told != null && answer.isEmpty() && !isUnderWay() && isForWantOfTime(outcome)) {
      answered(told.by(), told.outcome(), told.answer());
      return;
    }
    settled = true;
    leave(outcome);
    if (firstOutcome != null
        && firstAnswer != null
        && (outcome instanceof TryAgain || outcome.equals(firstOutcome))) {
      // the other environment knows no better
      environment = environment.other();
      complete(firstOutcome, Optional.of(firstAnswer));
    } else {
      complete(outcome, answer);
    }
  }

  /** Whether it means no more than that nothing was tried any more. */
  private static boolean isForWantOfTime(PushOutcome outcome) {
    return outcome instanceof TryAgain || outcome.equals(new NotSent(Why.LATE));
  }

  private void leave(PushOutcome outcome) {
    if (list != null) {
      list.remove(this);
      list = null;
    }
    if (breaker != null) {
      breaker.ended(outcomeForBreaker == null ? outcome : outcomeForBreaker, probe);
      breaker = null;
    }
  }

  private void complete(PushOutcome outcome, Optional<Answer> answer) {
    report.complete(written.report(ring.device(), outcome, apnsId, answer, age(), environment));
  }
}
