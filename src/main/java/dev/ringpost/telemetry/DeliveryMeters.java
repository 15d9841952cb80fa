package dev.ringpost.telemetry;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryListener;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.RetryLadder;
import dev.ringpost.delivery.TokenFuse;
import dev.ringpost.delivery.TokenInvalidation;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.delivery.missed.MissedCallListener;
import dev.ringpost.delivery.rings.RingListener;
import dev.ringpost.delivery.rings.RingListener.AgainEnd;
import dev.ringpost.delivery.rings.RingVerdict;
import dev.ringpost.telemetry.page.TraceOfMeasurement;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The meters of what was decided. Each record counts once: an invite by its verdict, a record that
 * could not be read by its reason. A retry has no verdict yet; an abandoned invite has no verdict
 * here, for the worker that rings it now counts it; its devices show as {@code lost}. Safe for many
 * threads.
 */
public final class DeliveryMeters implements DeliveryListener, RingListener, MissedCallListener {

  /**
   * Bound on a measured time. A record's timestamp may be a producer's invention, and one from 1970
   * would spoil an average for good.
   */
  public static final Duration LONGEST = Duration.ofMinutes(10);

  private enum Ring {
    RANG,
    SILENT,
    ENDED,
    UNHEARD,
    UNCOMMITTED,
    UNWATCHED
  }

  /** What an app that is not configured is called, so that tokens cannot invent tag values. */
  public static final String OTHER_APP = "other";

  private record PushTags(String outcome, String app, Environment environment, String status) {}

  private final Telemetry telemetry;
  private final Set<BundleId> apps;
  private final CounterFamily<Verdict> invites;
  private final CounterFamily<DeadLetterReason> malformed;
  private final CounterFamily<Objective.End> objective;
  private final Map<PushTags, Counter> pushes = new ConcurrentHashMap<>();
  private final List<Counter> retries;
  private final CounterFamily<Ring> rings;
  private final CounterFamily<AgainEnd> rungAgain;
  private final CounterFamily<End> missedCalls;
  private final Counter clockSkewed;
  private final Counter calleeFlooded;
  private final Counter callerFlooded;
  private final Counter settledAgain;
  private final Timer inviteToWritten;
  private final Timer pushToAnswer;
  private final Timer inviteToVerdict;
  private final Timer budgetLeft;

  /**
   * @param apps the configured apps, the only ones that are named in tags
   */
  public DeliveryMeters(Telemetry telemetry, Set<BundleId> apps) {
    this.telemetry = telemetry;
    this.apps = Set.copyOf(apps);
    this.invites =
        new CounterFamily<>(
            Verdict.class, verdict -> telemetry.counter(DeliveryMeterName.INVITES, verdict.wire()));
    this.malformed =
        new CounterFamily<>(
            DeadLetterReason.class,
            reason -> telemetry.counter(DeliveryMeterName.INVITES_MALFORMED, reason.code()));
    this.objective =
        new CounterFamily<>(
            Objective.End.class,
            end ->
                telemetry.counter(
                    DeliveryMeterName.OBJECTIVE, end.name().toLowerCase(Locale.ROOT)));
    this.retries =
        IntStream.rangeClosed(1, RetryLadder.MAX_RETRIES)
            .mapToObj(
                retry -> telemetry.counter(DeliveryMeterName.RETRIES, Integer.toString(retry)))
            .toList();
    for (BundleId app : this.apps) {
      for (Environment environment : Environment.values()) {
        telemetry.counter(DeliveryMeterName.INVALIDATIONS, app.value(), environment.wire());
      }
    }
    this.rings =
        new CounterFamily<>(
            Ring.class,
            ring ->
                telemetry.counter(
                    DeliveryMeterName.RING_VERDICTS, ring.name().toLowerCase(Locale.ROOT)));
    this.rungAgain =
        new CounterFamily<>(
            AgainEnd.class, end -> telemetry.counter(DeliveryMeterName.RUNG_AGAIN, end.wire()));
    this.missedCalls =
        new CounterFamily<>(
            End.class, end -> telemetry.counter(DeliveryMeterName.MISSED_CALLS, end.wire()));
    for (BundleId app : this.apps) {
      String accepted = new PushOutcome.Accepted().code();
      telemetry.counter(DeliveryMeterName.ALERTS, accepted, app.value());
      telemetry.counter(DeliveryMeterName.PUSHES_AGAIN, accepted, app.value());
    }
    this.clockSkewed = telemetry.counter(IntakeMeterName.CLOCK_SKEWED, "behind");
    this.calleeFlooded = telemetry.counter(DeliveryMeterName.FLOODED, "callee");
    this.callerFlooded = telemetry.counter(DeliveryMeterName.FLOODED, "caller");
    this.settledAgain = telemetry.counter(DeliveryMeterName.RECORDS_SETTLED_AGAIN);
    this.inviteToWritten = telemetry.timer(DeliveryMeterName.INVITE_TO_WRITTEN);
    this.pushToAnswer = telemetry.timer(DeliveryMeterName.PUSH_TO_ANSWER);
    this.inviteToVerdict = telemetry.timer(DeliveryMeterName.INVITE_TO_VERDICT);
    this.budgetLeft = telemetry.timer(DeliveryMeterName.BUDGET_LEFT);
  }

  @Override
  public void decided(Decision decision) {
    switch (decision.arrival()) {
      case Arrival.Invited invited -> {
        TraceOfMeasurement.during(
            invited.envelope().trace(), () -> invited(decision, invited.attempt().invite()));
        Objective.judge(decision, invited).ifPresent(objective::increment);
      }
      case Arrival.Malformed(_, var flaw, _) -> malformed.increment(flaw.reason());
    }
  }

  @Override
  public void settledAgain(Arrival arrival, Arrival.Claim claim) {
    settledAgain.increment();
  }

  @Override
  public void told(RingVerdict verdict) {
    rings.increment(
        switch (verdict) {
          case RingVerdict.Rang _ -> Ring.RANG;
          case RingVerdict.Silent _ -> Ring.SILENT;
        });
  }

  @Override
  public void ended() {
    rings.increment(Ring.ENDED);
  }

  @Override
  public void unheard() {
    rings.increment(Ring.UNHEARD);
  }

  @Override
  public void uncommitted() {
    rings.increment(Ring.UNCOMMITTED);
  }

  @Override
  public void ended(End end) {
    missedCalls.increment(end);
  }

  @Override
  public void pushed(PushReport alert) {
    count(DeliveryMeterName.ALERTS, alert);
  }

  @Override
  public void pushedAgain(PushReport push) {
    count(DeliveryMeterName.PUSHES_AGAIN, push);
  }

  @Override
  public void rungAgain(AgainEnd end) {
    rungAgain.increment(end);
  }

  private void count(DeliveryMeterName name, PushReport push) {
    telemetry.counter(name, push.outcome().code(), appTag(push.device().app())).increment();
  }

  @Override
  public void unwatched() {
    rings.increment(Ring.UNWATCHED);
  }

  private void invited(Decision decision, CallInvite invite) {
    Instant appended = decision.arrival().envelope().origin().timestamp();
    decision.ownPushes().forEach(push -> pushed(push, appended, invite));
    decision.invalidations().forEach(this::invalidated);
    decision.report().skipped().ifPresent(this::skipped);
    switch (decision.disposition()) {
      case Disposition.Final(Verdict verdict) -> decided(verdict, appended, decision);
      case Disposition.DeadLetter dead -> decided(dead.verdict(), appended, decision);
      case Disposition.Retry retry -> retries.get(retry.when().retry() - 1).increment();
      case Disposition.Abandoned() -> {}
    }
  }

  private void skipped(DeliveryReport.Skip why) {
    switch (why) {
      case CLOCK_SKEW -> clockSkewed.increment();
      case CALLEE_FLOODED -> calleeFlooded.increment();
      case CALLER_FLOODED -> callerFlooded.increment();
      case LATE, ENDED, REPEAT -> {}
    }
  }

  private void decided(Verdict verdict, Instant appended, Decision decision) {
    invites.increment(verdict);
    inviteToVerdict.record(between(appended, decision.decidedAt()));
  }

  private void invalidated(TokenInvalidation dead) {
    telemetry
        .counter(
            DeliveryMeterName.INVALIDATIONS,
            appTag(dead.device().app()),
            dead.device().environment().wire())
        .increment();
  }

  /** Shows the fuse of every app that is configured. */
  public void show(TokenFuse fuse, InstantSource clock) {
    for (BundleId app : apps) {
      for (Environment environment : Environment.values()) {
        telemetry.gauge(
            DeliveryMeterName.FUSE,
            () -> fuse.blown(app, environment, clock.instant()) ? 1 : 0,
            app.value(),
            environment.wire());
      }
    }
  }

  private void pushed(PushReport push, Instant appended, CallInvite invite) {
    var tags =
        new PushTags(
            push.outcome().code(),
            appTag(push.device().app()),
            push.device().environment(),
            statusClass(push.answer()));
    pushes.computeIfAbsent(tags, this::counter).increment();
    // what an earlier attempt wrote was measured there
    push.writtenAt()
        .filter(written -> !written.isBefore(push.orderedAt()))
        .ifPresent(
            written -> {
              inviteToWritten.record(between(appended, written));
              budgetLeft.record(invite.deadline().leftAt(written));
            });
    push.answerTook().ifPresent(pushToAnswer::record);
  }

  private Counter counter(PushTags tags) {
    return telemetry.counter(
        DeliveryMeterName.PUSHES,
        tags.outcome(),
        tags.app(),
        tags.environment().wire(),
        tags.status());
  }

  private String appTag(BundleId app) {
    return apps.contains(app) ? app.value() : OTHER_APP;
  }

  private static String statusClass(Optional<ApnsResponse> answer) {
    if (answer.isEmpty()) {
      return "none";
    }
    return switch (answer.get().status() / 100) {
      case 2 -> "2xx";
      case 4 -> "4xx";
      case 5 -> "5xx";
      default -> "other";
    };
  }

  /** The time from one moment to a later one, never below zero, for the clocks are not one. */
  private static Duration between(Instant from, Instant to) {
    if (!to.isAfter(from)) {
      return Duration.ZERO;
    }
    Duration time = Duration.between(from, to);
    return time.compareTo(LONGEST) > 0 ? LONGEST : time;
  }
}
