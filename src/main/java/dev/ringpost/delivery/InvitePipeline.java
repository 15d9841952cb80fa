package dev.ringpost.delivery;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Device;
import dev.ringpost.call.Flaw;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole journey of one arrival: look up, ring, decide, hand over. Holds no state between
 * arrivals; safe for many threads. Nothing waits: the devices are ordered to ring on the caller's
 * thread, and what follows once all have their outcome runs on the executor for decisions, so that
 * no network loop decides, renders or stores.
 */
public final class InvitePipeline {

  private static final DeliveryReport NOTHING = new DeliveryReport(List.of(), 0, 0, false);

  private static final Logger log = LoggerFactory.getLogger(InvitePipeline.class);

  private final TokenDirectory directory;
  private final PushSender sender;
  private final Outbox outbox;
  private final DeliveryListener listener;
  private final InstantSource clock;
  private final int maxDevices;
  private final Executor decisions;

  /**
   * @param maxDevices bound on the devices that ring for one invite; the newest registrations win
   * @param decisions runs what follows the outcomes; must not reject while invites are in flight
   */
  public InvitePipeline(
      TokenDirectory directory,
      PushSender sender,
      Outbox outbox,
      DeliveryListener listener,
      InstantSource clock,
      int maxDevices,
      Executor decisions) {
    this.directory = directory;
    this.sender = sender;
    this.outbox = outbox;
    this.listener = listener;
    this.clock = clock;
    this.maxDevices = maxDevices;
    this.decisions = decisions;
  }

  /**
   * Delivers one arrival. Orders its devices to ring and returns.
   *
   * @param held whether the arrival's partition is still ours
   * @param decided run once every device has its outcome, at most the longest attempt later
   * @return completes when everything about it is stored safely and its offset may be committed;
   *     never completes if the partition was lost
   */
  public CompletableFuture<Void> deliver(Arrival arrival, BooleanSupplier held, Runnable decided) {
    return rung(arrival, held)
        .thenApplyAsync(report -> settlement(arrival, report), decisions)
        .exceptionally(fault -> faulty(arrival, fault))
        .thenCompose(
            settlement -> {
              decided.run();
              listener.decided(settlement);
              return outbox.store(settlement);
            });
  }

  private CompletableFuture<DeliveryReport> rung(Arrival arrival, BooleanSupplier held) {
    try {
      return switch (arrival) {
        case Arrival.Invited(_, Attempt attempt) -> rung(attempt, held);
        case Arrival.Malformed _ -> CompletableFuture.completedFuture(NOTHING);
      };
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<DeliveryReport> rung(Attempt attempt, BooleanSupplier held) {
    CallInvite invite = attempt.invite();
    if (invite.deadline().passedAt(clock.instant())) {
      return CompletableFuture.completedFuture(NOTHING);
    }
    DeviceLookup lookup = directory.lookup(invite.callee());
    List<Device> addressed = lookup.live().stream().filter(inApp(invite.app())).toList();
    List<Device> wanted =
        addressed.stream()
            .filter(device -> !invite.excludeDevices().contains(device.id()))
            .toList();
    int excluded = addressed.size() - wanted.size();
    int dead = (int) lookup.dead().stream().filter(inApp(invite.app())).count();

    List<CompletableFuture<PushReport>> pushes =
        wanted.stream()
            .limit(maxDevices)
            .map(device -> sender.ring(new Ring(attempt, device, held)))
            .toList();
    return CompletableFuture.allOf(pushes.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            _ ->
                new DeliveryReport(
                    pushes.stream().map(CompletableFuture::join).toList(),
                    excluded,
                    dead,
                    lookup.behind()));
  }

  private Settlement settlement(Arrival arrival, DeliveryReport report) {
    Instant now = clock.instant();
    Disposition disposition =
        switch (arrival) {
          case Arrival.Invited(_, Attempt attempt) -> DispositionRule.decide(attempt, report, now);
          case Arrival.Malformed(_, Flaw flaw, _) -> new Disposition.DeadLetter(flaw);
        };
    return new Settlement(arrival, report, disposition, now);
  }

  /** A fault of Ringpost's costs the invite, but not silently. */
  private Settlement faulty(Arrival arrival, Throwable fault) {
    Throwable cause =
        fault instanceof CompletionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : fault;
    log.atError()
        .addKeyValue("invite", arrival.envelope())
        .setCause(cause)
        .log("an invite met a fault of Ringpost's and becomes a dead letter; please report it");
    var flaw = new Flaw(DeadLetterReason.INTERNAL, "fault: " + cause.getClass().getSimpleName());
    return new Settlement(arrival, NOTHING, new Disposition.DeadLetter(flaw), clock.instant());
  }

  private static Predicate<Device> inApp(Optional<BundleId> app) {
    return device -> app.map(device.app()::equals).orElse(true);
  }
}
