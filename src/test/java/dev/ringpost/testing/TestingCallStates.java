package dev.ringpost.testing;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.DeviceId;
import dev.ringpost.delivery.CallStates;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The call states of tests: they know what they were told, and ask of each word what the real one
 * asks: that it is about the invite's call and no attempt before it. Safe for many threads.
 */
public final class TestingCallStates implements CallStates {

  /** How far an invite may be later than a word that concerns it. */
  private static final Duration CLOCK_ALLOWANCE = Duration.ofSeconds(2);

  private record Phone(CallId call, DeviceId device) {}

  private final Map<CallId, Instant> ended = new ConcurrentHashMap<>();
  private final Map<Phone, Instant> ringing = new ConcurrentHashMap<>();
  private final List<DeviceId> written = new CopyOnWriteArrayList<>();

  /** The call has ended at {@code at}, for everybody. */
  public void end(CallId call, Instant at) {
    ended.merge(call, at, TestingCallStates::later);
  }

  /** The device is awake in this call since {@code at}. */
  public void ring(CallId call, DeviceId device, Instant at) {
    ringing.merge(new Phone(call, device), at, TestingCallStates::later);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** The devices whose push was noted as written, in that order. */
  public List<DeviceId> written() {
    return List.copyOf(written);
  }

  @Override
  public boolean ended(CallInvite invite) {
    return concerns(ended.get(invite.callId()), invite);
  }

  @Override
  public boolean rings(CallInvite invite, DeviceId device) {
    return concerns(ringing.get(new Phone(invite.callId(), device)), invite);
  }

  @Override
  public boolean ringingIsTold() {
    return !ringing.isEmpty();
  }

  /** Read when it was told. */
  @Override
  public Optional<Ringing> ringing(CallInvite invite) {
    return ringing.entrySet().stream()
        .filter(it -> it.getKey().call().equals(invite.callId()))
        .filter(it -> concerns(it.getValue(), invite))
        .min(Map.Entry.comparingByValue())
        .map(it -> new Ringing(it.getKey().device(), it.getValue()));
  }

  private static boolean concerns(@Nullable Instant at, CallInvite invite) {
    return at != null && !invite.invitedAt().isAfter(at.plus(CLOCK_ALLOWANCE));
  }

  @Override
  public void written(CallInvite invite, DeviceId device, Instant at) {
    written.add(device);
  }
}
