package dev.ringpost.apns;

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
import dev.ringpost.call.Environment;
import dev.ringpost.call.Media;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.WriteGuard;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Calls to ring for in tests: Bob calls Alice. */
public final class Calls {

  public static final BundleId PHONE = new BundleId("com.example.phone");
  public static final VoipToken TOKEN = VoipToken.parse("ab".repeat(32));

  /** Longer than any test. */
  public static final Duration LONG = Duration.ofMinutes(2);

  private Calls() {}

  public static CallInvite invite(Instant now, Duration ringing) {
    return invite(now, ringing, Optional.of("Bob"), Map.of());
  }

  public static CallInvite invite(
      Instant now, Duration ringing, Optional<String> name, Map<String, Object> custom) {
    CallId callId = new CallId("a84b4c76e66710@pc33.example.com");
    return new CallInvite(
        callId,
        CallUuid.from(callId),
        new UserId("alice"),
        Caller.of("sip:bob@example.com", name),
        Media.VIDEO,
        now,
        new Deadline(now.plus(ringing)),
        Optional.empty(),
        Set.of(),
        new CustomFields(custom));
  }

  /** A token of its own for each number. */
  public static VoipToken token(int number) {
    return VoipToken.parse("ab".repeat(28) + HexFormat.of().toHexDigits(number));
  }

  public static Device device(VoipToken token) {
    return device(token, PHONE, Environment.PRODUCTION);
  }

  public static Device device(VoipToken token, BundleId app, Environment environment) {
    return new Device(new DeviceId("iphone-1"), token, app, environment, Instant.EPOCH);
  }

  public static PushRequest push(CallInvite invite, Device device) {
    return push(invite, device, () -> true);
  }

  static PushRequest push(CallInvite invite, Device device, BooleanSupplier held) {
    WriteGuard guard =
        () -> held.getAsBoolean() ? Optional.empty() : Optional.of(PushOutcome.NotSentReason.LOST);
    return new PushRequest(Attempt.first(invite), device, guard, Instant.now());
  }
}
