package dev.ringpost.simulation;

import dev.ringpost.apns.wire.PushId;
import dev.ringpost.call.Device;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.PushSender;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A worker's way to APNs in a simulated run, which keeps what the port promises: it asks the guard
 * at the writing, writes nothing late, and has an outcome within the longest attempt.
 */
final class SimulatedSender implements PushSender {

  /** A push that has no outcome yet. */
  private record Open(PushRequest request, CompletableFuture<PushReport> report) {}

  private static final long LONGEST_ATTEMPT_MILLIS = 4_000;

  private final World world;
  private final Facts facts;
  private final SimulatedApns apns;
  private final SimulatedWorker worker;
  private final Consumer<PushRequest> taken;
  private final BiConsumer<PushRequest, Boolean> watch;
  private final List<Open> open = new ArrayList<>();

  /**
   * @param taken is told of each push that APNs takes, whatever the worker hears of it
   * @param watch is told of each push that is written (false) and of each that is known to be
   *     accepted (true)
   */
  SimulatedSender(
      World world,
      Facts facts,
      SimulatedApns apns,
      SimulatedWorker worker,
      Consumer<PushRequest> taken,
      BiConsumer<PushRequest, Boolean> watch) {
    this.world = world;
    this.facts = facts;
    this.apns = apns;
    this.worker = worker;
    this.taken = taken;
    this.watch = watch;
  }

  @Override
  public CompletableFuture<PushReport> push(PushRequest request) {
    var report = new CompletableFuture<PushReport>();
    open.add(new Open(request, report));
    worker.later(writtenAfter(), () -> write(request, report));
    return report;
  }

  /** Now and then all places on all connections are taken. */
  private int writtenAfter() {
    return world.happens(15) ? world.between(40, 1_500) : world.between(0, 40);
  }

  /** Ends all that is open. */
  void cutShort() {
    for (Open each : List.copyOf(open)) {
      end(
          each.report(),
          each.request(),
          new PushOutcome.TryAgain(RetryReason.LEAVING),
          Optional.empty());
    }
  }

  private void write(PushRequest request, CompletableFuture<PushReport> report) {
    if (report.isDone()) {
      return;
    }
    Instant now = worker.clock().instant();
    Optional<NotSentReason> refusal =
        request.attempt().invite().deadline().passedAt(now)
            ? Optional.of(NotSentReason.LATE)
            : request.guard().refusal();
    if (refusal.isPresent()) {
      end(report, request, new PushOutcome.NotSent(refusal.get()), Optional.empty());
      return;
    }
    watch.accept(request, false);
    worker.later(
        LONGEST_ATTEMPT_MILLIS,
        () ->
            end(
                report,
                request,
                new PushOutcome.TryAgain(RetryReason.NO_ANSWER),
                Optional.of(now)));
    // APNs goes on whatever becomes of the worker.
    world.in(
        world.between(5, 30),
        () -> {
          PushOutcome outcome = apns.takes(request.device().token());
          if (outcome == null || outcome instanceof PushOutcome.Accepted) {
            taken.accept(request);
          }
          if (outcome == null) {
            facts.met(Mishap.LOST_ANSWER);
          } else {
            note(outcome);
            worker.later(answersAfter(), () -> answered(report, request, outcome, now));
          }
        });
  }

  private void note(PushOutcome outcome) {
    switch (outcome) {
      case PushOutcome.TryAgain(RetryReason cause) ->
          facts.met(
              cause == RetryReason.CREDENTIAL ? Mishap.REFUSED_CREDENTIAL : Mishap.SERVER_ERROR);
      case PushOutcome.Unregistered _ -> facts.met(Mishap.DEAD_TOKEN);
      case PushOutcome.Accepted _, PushOutcome.Refused _, PushOutcome.NotSent _ -> {}
    }
  }

  private void answered(
      CompletableFuture<PushReport> report,
      PushRequest request,
      PushOutcome outcome,
      Instant writtenAt) {
    if (report.isDone()) {
      facts.met(Mishap.LATE_ANSWER);
    }
    end(report, request, outcome, Optional.of(writtenAt));
  }

  /** Now and then an answer takes longer than the attempt. */
  private int answersAfter() {
    return world.happens(2) ? world.between(3_500, 6_000) : world.between(10, 200);
  }

  private void end(
      CompletableFuture<PushReport> report,
      PushRequest request,
      PushOutcome outcome,
      Optional<Instant> writtenAt) {
    if (report.isDone()) {
      return;
    }
    if (outcome instanceof PushOutcome.Accepted) {
      watch.accept(request, true);
    }
    report.complete(report(request, request.device(), outcome, writtenAt));
    open.removeIf(each -> each.report().isDone());
  }

  private static PushReport report(
      PushRequest request, Device device, PushOutcome outcome, Optional<Instant> writtenAt) {
    Optional<ApnsResponse> answer =
        switch (outcome) {
          case PushOutcome.Accepted() -> Optional.of(new ApnsResponse(200, ""));
          case PushOutcome.Unregistered _ -> Optional.of(new ApnsResponse(410, "Unregistered"));
          case PushOutcome.TryAgain _, PushOutcome.Refused _, PushOutcome.NotSent _ ->
              Optional.empty();
        };
    return new PushReport(
        device,
        outcome,
        PushId.of(request.attempt().invite(), device),
        answer,
        "production-1",
        1,
        writtenAt,
        request.orderedAt(),
        Duration.ofMillis(50),
        Optional.empty(),
        device.environment());
  }
}
