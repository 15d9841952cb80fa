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
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole journey of one arrival: look up, ring, decide, hand over. Holds no state between
 * arrivals; safe for many threads. It waits for phones to be rung, so each call runs on a virtual
 * thread of its own.
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

  /**
   * @param maxDevices bound on the devices that ring for one invite; the newest registrations win
   */
  public InvitePipeline(
      TokenDirectory directory,
      PushSender sender,
      Outbox outbox,
      DeliveryListener listener,
      InstantSource clock,
      int maxDevices) {
    this.directory = directory;
    this.sender = sender;
    this.outbox = outbox;
    this.listener = listener;
    this.clock = clock;
    this.maxDevices = maxDevices;
  }

  /**
   * Delivers one arrival. Returns when every device has its outcome, which takes at most the
   * longest attempt.
   *
   * @param held whether the arrival's partition is still ours
   * @return completes when everything about it is stored safely and its offset may be committed;
   *     never completes if the partition was lost
   */
  public CompletableFuture<Void> deliver(Arrival arrival, BooleanSupplier held) {
    Settlement settlement = settle(arrival, held);
    listener.decided(settlement);
    return outbox.store(settlement);
  }

  private Settlement settle(Arrival arrival, BooleanSupplier held) {
    try {
      return switch (arrival) {
        case Arrival.Invited(_, Attempt attempt) -> attempt(arrival, attempt, held);
        case Arrival.Malformed(_, Flaw flaw, _) -> deadLetter(arrival, flaw);
      };
    } catch (RuntimeException e) {
      log.atError()
          .addKeyValue("invite", arrival.envelope())
          .setCause(e)
          .log("an invite met a fault of Ringpost's and becomes a dead letter; please report it");
      String kind = e.getClass().getSimpleName();
      return deadLetter(arrival, new Flaw(DeadLetterReason.INTERNAL, "fault: " + kind));
    }
  }

  private Settlement deadLetter(Arrival arrival, Flaw flaw) {
    return new Settlement(arrival, NOTHING, new Disposition.DeadLetter(flaw), clock.instant());
  }

  private Settlement attempt(Arrival arrival, Attempt attempt, BooleanSupplier held) {
    boolean late = attempt.invite().deadline().passedAt(clock.instant());
    DeliveryReport report = late ? NOTHING : ring(attempt, held);
    Instant decidedAt = clock.instant();
    return new Settlement(
        arrival, report, DispositionRule.decide(attempt, report, decidedAt), decidedAt);
  }

  private DeliveryReport ring(Attempt attempt, BooleanSupplier held) {
    CallInvite invite = attempt.invite();
    DeviceLookup lookup = directory.lookup(invite.callee());
    List<Device> addressed = lookup.live().stream().filter(inApp(invite.app())).toList();
    List<Device> ringing =
        addressed.stream()
            .filter(device -> !invite.excludeDevices().contains(device.id()))
            .limit(maxDevices)
            .toList();

    List<CompletableFuture<PushReport>> pushes =
        ringing.stream().map(device -> sender.ring(new Ring(attempt, device, held))).toList();
    List<PushReport> reports = pushes.stream().map(CompletableFuture::join).toList();

    int excluded =
        (int)
            addressed.stream()
                .filter(device -> invite.excludeDevices().contains(device.id()))
                .count();
    int dead = (int) lookup.dead().stream().filter(inApp(invite.app())).count();
    return new DeliveryReport(reports, excluded, dead, lookup.behind());
  }

  private static Predicate<Device> inApp(Optional<BundleId> app) {
    return device -> app.map(device.app()::equals).orElse(true);
  }
}
