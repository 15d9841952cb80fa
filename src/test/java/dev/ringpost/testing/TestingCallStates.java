package dev.ringpost.testing;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.DeviceId;
import dev.ringpost.delivery.CallStates;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Knows of calls what it is told. Safe for many threads. */
public final class TestingCallStates implements CallStates {

  private final Map<CallId, Instant> ended = new ConcurrentHashMap<>();
  private final Set<DeviceId> ringing = ConcurrentHashMap.newKeySet();
  private final List<DeviceId> written = new CopyOnWriteArrayList<>();

  /** The call has ended at {@code at}, for everybody. */
  public void end(CallId call, Instant at) {
    ended.put(call, at);
  }

  /** The device is awake. */
  public void ring(DeviceId device) {
    ringing.add(device);
  }

  /** The devices whose push was noted as written, in that order. */
  public List<DeviceId> written() {
    return List.copyOf(written);
  }

  @Override
  public boolean ended(CallInvite invite) {
    Instant at = ended.get(invite.callId());
    return at != null && !invite.invitedAt().isAfter(at);
  }

  @Override
  public boolean rings(CallInvite invite, DeviceId device) {
    return ringing.contains(device);
  }

  @Override
  public void written(CallInvite invite, DeviceId device, Instant at) {
    written.add(device);
  }
}
