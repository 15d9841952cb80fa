package dev.ringpost.health;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.TokenDigest;
import dev.ringpost.call.UserId;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalType;
import dev.ringpost.events.health.DeviceHealth;
import dev.ringpost.telemetry.HealthMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A platform whose calls are told and judged, with what was written of its devices. */
final class HeardCalls {

  static final Instant BEGIN = Instant.parse("2026-11-24T09:00:00Z");
  static final Duration RING = Duration.ofSeconds(30);
  static final DeviceKey DEAF = device("deaf");

  private static final Duration SETTLE = Duration.ofSeconds(10);
  private static final String TOKEN = "0123456789ab";

  final Map<DeviceKey, DeviceHealth> written = new HashMap<>();
  int writes;
  final DeviceRuns runs;
  final OpenCalls calls;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private int number;

  HeardCalls() {
    this(DeviceRuns.MAX_WATCHED, OpenCalls.MAX_CALLS, Map.of());
  }

  /**
   * @param maxDevices bound on devices that have a run, and on those that have rung
   */
  HeardCalls(int maxDevices, int maxCalls, Map<DeviceKey, DeviceHealth> before) {
    var settings =
        new HealthSettings(
            new HealthSettings.Topics("r", "s", "h"),
            "g",
            CalleeAs.PLAIN,
            5,
            Duration.ofDays(2),
            Duration.ofMinutes(2),
            SETTLE,
            Map.of());
    var meters = new HealthMeters(new Telemetry(registry));
    runs = new DeviceRuns(settings, this::write, meters, maxDevices, maxDevices);
    before.forEach((device, health) -> runs.restore(device, Optional.of(health)));
    calls = new OpenCalls(settings, runs, meters, maxCalls);
    calls.signalsFrom(Instant.EPOCH);
  }

  private void write(DeviceKey device, Optional<DeviceHealth> health) {
    writes++;
    health.ifPresentOrElse(it -> written.put(device, it), () -> written.remove(device));
  }

  /** The last word about a device, which must have one. */
  DeviceHealth health(DeviceKey device) {
    return Objects.requireNonNull(written.get(device), device.wire());
  }

  static DeviceKey device(String user) {
    return new DeviceKey(new UserId(user), new DeviceId("phone"));
  }

  /** A call to a device that it does not ring for, told and judged. */
  void unrung(DeviceKey device, Instant at) {
    AcceptedPush push = accepted(device, at);
    judge(push);
  }

  /** A call that the device rings for. */
  void rang(DeviceKey device, Instant at) {
    AcceptedPush push = accepted(device, at);
    ringing(push, at.plusSeconds(1));
    judge(push);
  }

  /** Others that ring, as on any platform. */
  void othersRing(Instant at) {
    for (int i = 0; i < 5; i++) {
      rang(device("other-" + i), at);
    }
  }

  AcceptedPush accepted(DeviceKey device, Instant at) {
    AcceptedPush push = push(device, at, TOKEN);
    calls.accepted(push);
    return push;
  }

  AcceptedPush push(DeviceKey device, Instant at, String token) {
    return new AcceptedPush(
        new CallId("call-" + ++number),
        device,
        "call-invites-0@" + number,
        new TokenDigest(token),
        new BundleId("com.example.phone"),
        Environment.PRODUCTION,
        at,
        at,
        at.plus(RING),
        at);
  }

  void ringing(AcceptedPush push, Instant at) {
    tell(push, SignalType.RINGING, Optional.of(push.device().device()), at);
  }

  void end(AcceptedPush push, SignalType how, Instant at) {
    tell(push, how, Optional.empty(), at);
  }

  private void tell(AcceptedPush push, SignalType type, Optional<DeviceId> device, Instant at) {
    calls.told(new Signal(push.call(), Optional.of(push.device().user()), type, device, at), at);
  }

  void judge(AcceptedPush push) {
    calls.advance(push.expiresAt().plus(SETTLE));
  }

  double count(String end) {
    return registry.get("ringpost.health.calls").tag("end", end).counter().count();
  }

  double counted(String meter) {
    return registry.get(meter).counter().count();
  }
}
