package dev.ringpost.delivery.missed;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Deadline;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Envelope;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.DeviceLookup;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.WriteGuard;
import dev.ringpost.delivery.missed.CallFates.Fate;
import dev.ringpost.delivery.missed.MissedCallListener.End;
import dev.ringpost.delivery.missed.MissedCalls.Ports;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of one call from its end on. For one thread after the other. */
final class Telling {

  /**
   * The waits before an alert that had trouble is tried again. They are few: the offset of the
   * call's record is held meanwhile, and what stands behind it waits.
   */
  static final List<Duration> WAITS =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(60));

  /** The time between two looks at views that are behind. */
  static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(Telling.class);

  private final Ports ports;
  private final Attempt attempt;
  private final Envelope envelope;
  private final BooleanSupplier held;
  private final Consumer<End> ended;
  private final Runnable lost;
  private final List<CompletableFuture<?>> invalidated = new ArrayList<>();
  private boolean accepted;

  Telling(
      Ports ports,
      Attempt attempt,
      Envelope envelope,
      BooleanSupplier held,
      Consumer<End> ended,
      Runnable lost) {
    this.ports = ports;
    this.attempt = attempt;
    this.envelope = envelope;
    this.held = held;
    this.ended = ended;
    this.lost = lost;
  }

  /** Looks what became of the call, and goes on by that. */
  void look() {
    guarded(
        () -> {
          if (!held.getAsBoolean()) {
            lost.run();
            return;
          }
          switch (ports.fates().of(attempt.invite())) {
            case ANSWERED -> ended.accept(End.ANSWERED);
            case DECLINED -> ended.accept(End.DECLINED);
            case FORGOTTEN -> ended.accept(End.FORGOTTEN);
            case BEHIND -> ports.later().after(LOOK_AGAIN, this::look);
            case UNANSWERED -> missed();
            case UNTOLD -> {
              if (attempt.accepted() > 0) {
                ended.accept(End.UNTOLD);
              } else {
                missed();
              }
            }
          }
        });
  }

  private void missed() {
    DeviceLookup lookup = ports.directory().alerts(attempt.invite().callee());
    List<Device> devices =
        lookup.live().stream()
            .filter(attempt.invite()::isForAppOf)
            .limit(ports.settings().maxDevices())
            .toList();
    if (!devices.isEmpty()) {
      push(devices, 0);
    } else if (lookup.behind()) {
      ports.later().after(LOOK_AGAIN, this::look);
    } else {
      ended.accept(End.NO_DEVICE);
    }
  }

  /**
   * Once more to some devices, as they are registered by now: in a minute a token may have gone to
   * another user, who must not see the call, or have been replaced.
   */
  private void pushAgain(Set<DeviceId> ids, int triesBefore) {
    DeviceLookup lookup = ports.directory().alerts(attempt.invite().callee());
    List<Device> devices =
        lookup.live().stream()
            .filter(attempt.invite()::isForAppOf)
            .filter(device -> ids.contains(device.id()))
            .toList();
    if (!devices.isEmpty()) {
      push(devices, triesBefore);
    } else if (lookup.behind() && held.getAsBoolean()) {
      ports.later().after(LOOK_AGAIN, () -> guarded(() -> pushAgain(ids, triesBefore)));
    } else if (!held.getAsBoolean()) {
      lost.run();
    } else {
      over(accepted ? End.TOLD : End.FAILED);
    }
  }

  private void push(List<Device> devices, int triesBefore) {
    CallInvite invite = attempt.invite();
    var expiry = new Deadline(invite.deadline().at().plus(ports.settings().expiration()));
    var alert =
        new Attempt(
            invite.withDeadline(expiry), triesBefore + 1, Optional.empty(), 0, Optional.empty());
    List<CompletableFuture<PushReport>> pushes = new ArrayList<>();
    Instant now = ports.clock().instant();
    for (Device device : devices) {
      pushes.add(ports.sender().push(new PushRequest(alert, device, guard(), now)));
    }
    var _ =
        CompletableFuture.allOf(pushes.toArray(CompletableFuture<?>[]::new))
            .thenRunAsync(
                () ->
                    guarded(
                        () ->
                            pushed(
                                alert,
                                pushes.stream().map(CompletableFuture::join).toList(),
                                triesBefore)),
                ports.later());
  }

  /** Asked at the moment of writing: a call that was taken after all is not missed. */
  private WriteGuard guard() {
    return () -> {
      if (!held.getAsBoolean()) {
        return Optional.of(NotSentReason.LOST);
      }
      Fate fate = ports.fates().of(attempt.invite());
      return fate == Fate.ANSWERED || fate == Fate.DECLINED
          ? Optional.of(NotSentReason.ENDED)
          : Optional.empty();
    };
  }

  private void pushed(Attempt alert, List<PushReport> reports, int triesBefore) {
    reports.forEach(ports.listener()::pushed);
    ports
        .deadTokens()
        .of(
            envelope.origin(),
            alert,
            new DeliveryReport(reports, Optional.empty(), false, Optional.empty()),
            ports.clock().instant())
        .forEach(dead -> invalidated.add(ports.invalidations().store(dead)));
    Set<DeviceId> again = new HashSet<>();
    boolean taken = false;
    for (PushReport report : reports) {
      switch (report.outcome()) {
        case PushOutcome.Accepted() -> accepted = true;
        case PushOutcome.TryAgain _ -> again.add(report.device().id());
        case PushOutcome.NotSent(NotSentReason why) -> taken |= why == NotSentReason.ENDED;
        case PushOutcome.Unregistered _, PushOutcome.Refused _ -> {}
      }
    }
    if (!held.getAsBoolean()) {
      lost.run();
    } else if (taken && !accepted) {
      over(End.ANSWERED);
    } else if (!taken && !again.isEmpty() && triesBefore < WAITS.size()) {
      ports
          .later()
          .after(WAITS.get(triesBefore), () -> guarded(() -> pushAgain(again, triesBefore + 1)));
    } else {
      over(accepted ? End.TOLD : End.FAILED);
    }
  }

  /** The offset waits for the words on dead tokens. */
  private void over(End end) {
    var _ =
        CompletableFuture.allOf(invalidated.toArray(CompletableFuture<?>[]::new))
            .thenRun(() -> ended.accept(end));
  }

  /** A fault of Ringpost's costs this call its alert; it holds up no other. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      log.atError()
          .addKeyValue("invite", envelope)
          .setCause(e)
          .log("a missed call met a fault of Ringpost's and is not told; please report it");
      ended.accept(accepted ? End.TOLD : End.FAILED);
    }
  }
}
