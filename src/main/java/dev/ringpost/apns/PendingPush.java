package dev.ringpost.apns;

import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An order to ring a device, from the order to its one outcome. Made on any thread, lives on the
 * loop.
 */
final class PendingPush {

  /** The way of a push to APNs: the route of an environment. */
  interface Way {

    /** Accepts a push; it ends at once if it cannot be tried. */
    void admit(PendingPush push);

    /** A push that was admitted is over here; the outcome is what it says of this way. */
    void left(PendingPush push, PushOutcome outcome, boolean asProbe);

    /** Whether APNs has ever accepted the credential here. */
    boolean hasServed();
  }

  /** An answer to a try that is kept for the case that no other try brings one. */
  private record SetAside(PushTry by, PushOutcome outcome, ApnsResponse answer) {}

  /** The answer of APNs in the first environment. */
  private record First(PushOutcome outcome, ApnsResponse answer) {}

  private final PushRequest request;
  private final UUID apnsId;
  private final String topic;
  private final String payload;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final long orderedNanos;
  private final CompletableFuture<PushReport> report = new CompletableFuture<>();
  private final WrittenTries written = new WrittenTries();

  /** Where it is tried. */
  private Environment environment;

  /** The way of the other environment, until it is tried there. */
  private @Nullable Way elsewhere;

  /** What the first environment said of the token, once the other one is tried. */
  private @Nullable First first;

  /** An answer about the connection and not about the push: counts if no further try is written. */
  private @Nullable SetAside aside;

  private boolean hadOneAside;

  /** The way that it is on. */
  private @Nullable Way way;

  private boolean probe;
  private @Nullable PushOutcome outcomeForBreaker;

  /** The last try, and what it was given to. */
  private @Nullable PushTry pushTry;

  private PushTry.@Nullable Carrier connection;

  private int begun;
  private int underWay;
  private boolean finished;

  PendingPush(
      PushRequest request,
      UUID apnsId,
      String topic,
      String payload,
      InstantSource clock,
      LongSupplier nanoTime,
      long orderedNanos) {
    this.request = request;
    this.apnsId = apnsId;
    this.topic = topic;
    this.payload = payload;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.orderedNanos = orderedNanos;
    this.environment = request.device().environment();
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
    return request.device().token().hex();
  }

  /** Whether it is an ordinary notification of a missed call. */
  boolean tellsOfMissedCall() {
    return request.device().kind() == DeviceKey.Kind.ALERT;
  }

  String callUuid() {
    return request.attempt().invite().callUuid().toString();
  }

  Instant deadline() {
    return request.attempt().invite().deadline().at();
  }

  /** The name of the connection that it is not to go over if another one has a place, or "". */
  String avoided() {
    return request.avoided();
  }

  /** Time since the order. */
  Duration age() {
    return Duration.ofNanos(nanoTime.getAsLong() - orderedNanos);
  }

  Device device() {
    return request.device();
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
  void aim(Environment first, @Nullable Way second) {
    environment = first;
    elsewhere = second;
  }

  /** What the rule of tries must know of it, asked for a route that is open or not. */
  TryRule.State state(Environment route, boolean routeOpen) {
    return new TryRule.State(
        finished,
        environment == route,
        isUnderWay(),
        begun,
        hadOneAside,
        hasMoved(),
        elsewhere != null,
        routeOpen);
  }

  /**
   * Goes to the other environment, once, for the one that it was tried in does not know the token.
   * That answer stays if the other one has none.
   *
   * @return the other route
   */
  Way move(PushOutcome outcome, ApnsResponse answer) {
    Way next = Objects.requireNonNull(elsewhere);
    elsewhere = null;
    first = new First(outcome, answer);
    leave(outcome);
    environment = environment.other();
    underWay = 0;
    pushTry = null;
    connection = null;
    return next;
  }

  /** Whether it is tried in its second environment. */
  boolean hasMoved() {
    return first != null;
  }

  /** Why this must not be written now, or null if it may be. */
  @Nullable NotSentReason refusal() {
    if (request.attempt().invite().deadline().passedAt(clock.instant())) {
      return NotSentReason.LATE;
    }
    return request.guard().refusal().orElse(null);
  }

  boolean isDone() {
    return finished;
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
    return TryRule.mayTryAgain(finished, begun);
  }

  /** What the last try was given to, if there was one. */
  PushTry.@Nullable Carrier lastConnection() {
    return connection;
  }

  /** A try begins; one that is under way may still bring its answer. */
  void tryWith(PushTry next, PushTry.Carrier onConnection) {
    if (isUnderWay()) {
      suspectConnection();
    }
    begun++;
    underWay++;
    pushTry = next;
    connection = onConnection;
  }

  /** A try of the attempt before, which is under way or was answered late, is its own now. */
  void adopt(PushTry late, PushTry.Carrier onConnection) {
    written.continues(late.push().written, late);
    late.handTo(this);
    pushTry = late;
    connection = onConnection;
    begun = 1;
    underWay = 1;
  }

  /** What it is tried with now, if it is. */
  @Nullable PushTry lastTry() {
    return pushTry;
  }

  /** Its outcome says nothing of the route. */
  void keepFromBreaker() {
    outcomeForBreaker = new PushOutcome.TryAgain(PushOutcome.RetryReason.BUSY);
  }

  /** A try where it is tried is over, with an answer or without. */
  void tryEnded() {
    underWay--;
  }

  /** Keeps an answer for the case that no other try brings one. */
  void setAside(PushTry by, PushOutcome outcome, ApnsResponse answer) {
    hadOneAside = true;
    aside = new SetAside(by, outcome, answer);
  }

  /** Whether its last answer is set aside. */
  boolean isSetAside() {
    return aside != null;
  }

  /** The last try was not over in time: its connection may be of no use. */
  void suspectConnection() {
    if (pushTry != null && connection != null) {
      connection.suspect(pushTry);
    }
  }

  /**
   * Enters a way, which is told when it leaves.
   *
   * @param asProbe whether it finds out if the way is back
   */
  void enter(Way entered, boolean asProbe) {
    way = entered;
    probe = asProbe;
  }

  /** A try reached a connection. */
  void wrote(PushTry writing) {
    aside = null;
    written.wrote(writing, clock.instant());
    if (connection != null && writing == pushTry) {
      connection.writes(writing);
    }
  }

  /** Ends this push with APNs' answer to a try, unless it has ended: the first answer counts. */
  void answered(PushTry by, PushOutcome outcome, ApnsResponse answer) {
    if (!finished) {
      written.answeredBy(by);
      finish(outcome, Optional.of(answer));
    }
  }

  /** Ends this push, unless it has ended. */
  void finish(PushOutcome outcome, Optional<ApnsResponse> answer) {
    if (finished) {
      return;
    }
    SetAside kept = aside;
    if (kept != null && TryRule.setAsideCounts(outcome, answer.isPresent(), isUnderWay())) {
      answered(kept.by(), kept.outcome(), kept.answer());
      return;
    }
    finished = true;
    boolean served = way != null && way.hasServed();
    leave(outcome);
    if (first != null && TryRule.firstEnvironmentCounts(first.outcome(), outcome, served)) {
      environment = environment.other();
      complete(first.outcome(), Optional.of(first.answer()));
    } else {
      complete(outcome, answer.or(() -> Optional.ofNullable(first).map(First::answer)));
    }
  }

  private void leave(PushOutcome outcome) {
    Way left = way;
    if (left != null) {
      way = null;
      left.left(this, outcomeForBreaker == null ? outcome : outcomeForBreaker, probe);
    }
  }

  private void complete(PushOutcome outcome, Optional<ApnsResponse> answer) {
    report.complete(written.report(request, outcome, apnsId, answer, age(), environment));
  }
}
