package dev.ringpost.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.Caller;
import dev.ringpost.call.CustomFields;
import dev.ringpost.call.Deadline;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.Media;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.DeliveryReport.Looked;
import dev.ringpost.delivery.DeviceLookup.DeadDevice;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.TokenInvalidation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/** One call, its callee's devices and what may become of them, for tests that need any. */
public final class Samples {

  /** When the call came in. */
  public static final Instant NOW = Instant.parse("2026-11-24T10:00:00.250Z");

  public static final Deadline DEADLINE = new Deadline(NOW.plusSeconds(30));
  public static final UserId ALICE = new UserId("alice");
  public static final BundleId APP = new BundleId("com.example.phone");
  public static final CallId CALL = new CallId("a84b4c76e66710@pc33.atlanta.example.com");

  private Samples() {}

  /** Bob calls Alice. */
  public static CallInvite invite() {
    return invite(Optional.empty(), Set.of());
  }

  public static CallInvite invite(Optional<BundleId> app, Set<DeviceId> excluded) {
    return new CallInvite(
        CALL,
        CallUuid.from(CALL),
        ALICE,
        Caller.of("sip:bob@example.com", Optional.of("Bob")),
        Media.AUDIO,
        NOW,
        DEADLINE,
        app,
        excluded,
        CustomFields.NONE);
  }

  /** The record of an invite, at offset 42. */
  public static Envelope envelope(RecordHeader... headers) {
    return envelope("{\"callId\":\"…\"}".getBytes(UTF_8), headers);
  }

  public static Envelope envelope(byte[] value, RecordHeader... headers) {
    return new Envelope(
        new Origin("call-invites", 3, 42, NOW), "alice".getBytes(UTF_8), value, List.of(headers));
  }

  public static RecordHeader header(String key, String value) {
    return new RecordHeader(key, value.getBytes(UTF_8));
  }

  public static Arrival.Invited invited(RecordHeader... headers) {
    return invited(invite(), headers);
  }

  public static Arrival.Invited invited(CallInvite invite, RecordHeader... headers) {
    return new Arrival.Invited(envelope(headers), Attempt.first(invite));
  }

  public static Arrival.Malformed malformed(Flaw flaw, Optional<CallId> callId) {
    return new Arrival.Malformed(envelope(), flaw, callId);
  }

  /** A device of Alice's, with a token of its own. */
  public static Device device(String id) {
    return device(id, APP, NOW.minus(Duration.ofDays(1)));
  }

  public static Device device(String id, BundleId app, Instant registeredAt) {
    byte[] token = new byte[32];
    byte[] name = id.getBytes(UTF_8);
    System.arraycopy(name, 0, token, 0, Math.min(name.length, token.length));
    return new Device(
        new DeviceId(id), VoipToken.ofBytes(token), app, Environment.PRODUCTION, registeredAt);
  }

  /** A device of Alice's, registered for alerts. */
  public static Device alert(String id) {
    Device rings = device(id);
    return new Device(
        rings.id(),
        rings.token(),
        rings.app(),
        rings.environment(),
        rings.registeredAt(),
        rings.sealTo(),
        DeviceKey.Kind.ALERT);
  }

  /** APNs called the token of Alice's phone dead. */
  public static TokenInvalidation invalidation() {
    return invalidation(ALICE, device("phone"));
  }

  /** APNs called the token of a user's device dead. */
  public static TokenInvalidation invalidation(UserId user, Device device) {
    return new TokenInvalidation(envelope().origin(), user, device, NOW, "Unregistered");
  }

  /** What became of a device, without an answer of APNs. */
  public static PushReport unanswered(Device device, PushOutcome outcome) {
    return report(device, outcome, Optional.empty());
  }

  /** What became of a device, as APNs answered. */
  public static PushReport answered(Device device, PushOutcome outcome, int status, String reason) {
    return report(device, outcome, Optional.of(new ApnsResponse(status, reason)));
  }

  /** APNs took the push 20 ms after the call came in and answered 30 ms later. */
  public static PushReport accepted(Device device) {
    return answered(device, new PushOutcome.Accepted(), 200, "");
  }

  private static PushReport report(
      Device device, PushOutcome outcome, Optional<ApnsResponse> answer) {
    return new PushReport(
        device,
        outcome,
        UUID.nameUUIDFromBytes(device.id().value().getBytes(UTF_8)),
        answer,
        answer.isPresent() ? "production-1" : "",
        answer.isPresent() ? 1 : 0,
        answer.map(_ -> NOW.plusMillis(20)),
        NOW,
        Duration.ofMillis(50),
        answer.map(_ -> Duration.ofMillis(30)),
        device.environment());
  }

  /** The same, but the token turned out to be of that environment. */
  public static PushReport from(Environment environment, PushReport report) {
    return new PushReport(
        report.device(),
        report.outcome(),
        report.apnsId(),
        report.answer(),
        report.connection(),
        report.tries(),
        report.writtenAt(),
        report.orderedAt(),
        report.took(),
        report.answerTook(),
        environment);
  }

  /** The same, but ordered at that time. */
  public static PushReport orderedAt(Instant time, PushReport report) {
    return new PushReport(
        report.device(),
        report.outcome(),
        report.apnsId(),
        report.answer(),
        report.connection(),
        report.tries(),
        report.writtenAt(),
        time,
        report.took(),
        report.answerTook(),
        report.environment());
  }

  /** An attempt that ordered these pushes and knew of no other device. */
  public static DeliveryReport pushes(PushReport... pushes) {
    return report(List.of(pushes), 0, 0, false);
  }

  /** An attempt that ordered these pushes and knew of so many devices more. */
  public static DeliveryReport report(
      List<PushReport> pushes, int excluded, int dead, boolean behind) {
    int registered = pushes.size() + excluded + dead;
    List<DeadDevice> deadOnes =
        IntStream.range(0, dead)
            .mapToObj(n -> new DeadDevice(device("dead-" + n), NOW.minusSeconds(60)))
            .toList();
    return new DeliveryReport(
        pushes, new Looked(registered, 0, 0, excluded, 0, dead, deadOnes), behind);
  }
}
