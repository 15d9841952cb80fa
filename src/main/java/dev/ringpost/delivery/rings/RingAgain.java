package dev.ringpost.delivery.rings;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Device;
import dev.ringpost.delivery.CallStates;
import dev.ringpost.delivery.DeadTokens;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.PushSender;
import dev.ringpost.delivery.TokenDirectory;
import dev.ringpost.delivery.TokenInvalidation;
import dev.ringpost.delivery.rings.RingListener.AgainEnd;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The second push to the devices of silent calls ({@code ring.push-again}): at most one for each
 * device and invite, with the ids of the first, on another connection if one has a place. It goes
 * to the token that the device has by then, and to none that its user has taken away. The guard is
 * the first push's, but for the partition: the invite's settlement is committed, so nobody else
 * delivers it. Safe for many threads.
 */
public final class RingAgain {

  /** Bound on the calls whose invites are kept whole for it. */
  public static final int MAX_KEPT = 1 << 12;

  /**
   * Bound on second pushes without an outcome; a fleet that falls silent must not double its load.
   */
  public static final int MAX_IN_FLIGHT = 200;

  /** All that a second push asks and tells. */
  public record Ports(
      TokenDirectory directory,
      CallStates states,
      PushSender sender,
      DeadTokens deadTokens,
      Consumer<TokenInvalidation> invalidations,
      RingListener listener,
      InstantSource clock) {}

  private final Ports ports;
  private final int maxDevices;
  private final Executor decisions;
  private final AtomicInteger kept = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();

  /**
   * @param maxDevices {@code fanout.max-devices}
   * @param decisions runs what follows an outcome; must not reject while pushes are in flight
   */
  public RingAgain(Ports ports, int maxDevices, Executor decisions) {
    this.ports = ports;
    this.maxDevices = maxDevices;
    this.decisions = decisions;
  }

  /** Accepts a place for a call's order; if there is none, the call is not rung again. */
  boolean keep() {
    if (kept.incrementAndGet() > MAX_KEPT) {
      forget();
      ports.listener().rungAgain(AgainEnd.LEFT_OUT);
      return false;
    }
    return true;
  }

  /** Gives the place back. */
  void forget() {
    int _ = kept.decrementAndGet();
  }

  /**
   * Pushes once to each device of a silent call. All of them or none: half a call would ring by
   * chance.
   *
   * @return whether there was one to push to, and room; else the listener is told which was missing
   */
  boolean ring(SilentCall call) {
    List<Device> devices = devices(call);
    if (devices.isEmpty()) {
      ports.listener().rungAgain(AgainEnd.GONE);
      return false;
    }
    if (inFlight.addAndGet(devices.size()) > MAX_IN_FLIGHT) {
      int _ = inFlight.addAndGet(-devices.size());
      ports.listener().rungAgain(AgainEnd.LEFT_OUT);
      return false;
    }
    Instant now = ports.clock().instant();
    for (Device device : devices) {
      var request =
          new PushRequest(
              call.attempt(),
              device,
              () -> refusal(call.attempt().invite(), device),
              now,
              call.connection(device));
      var _ =
          ports
              .sender()
              .push(request)
              .whenComplete((_, _) -> inFlight.decrementAndGet())
              .thenAcceptAsync(push -> pushed(call, push), decisions);
    }
    return true;
  }

  private List<Device> devices(SilentCall call) {
    CallInvite invite = call.attempt().invite();
    List<Device> devices = new ArrayList<>();
    for (Device device : ports.directory().lookup(invite.callee()).live()) {
      if (devices.size() < maxDevices
          && invite.isForAppOf(device)
          && call.wasPushed(device)
          && !invite.excludeDevices().contains(device.id())) {
        devices.add(device);
      }
    }
    return devices;
  }

  private Optional<NotSentReason> refusal(CallInvite invite, Device device) {
    if (ports.states().ended(invite)) {
      return Optional.of(NotSentReason.ENDED);
    }
    return ports.states().rings(invite, device.id())
        ? Optional.of(NotSentReason.RINGING)
        : Optional.empty();
  }

  private void pushed(SilentCall call, PushReport push) {
    ports.listener().pushedAgain(push);
    var report = new DeliveryReport(List.of(push), Optional.empty(), false, Optional.empty());
    ports
        .deadTokens()
        .of(call.origin(), call.attempt(), report, ports.clock().instant())
        .forEach(ports.invalidations());
  }
}
