package dev.ringpost.events;

import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.UserId;
import java.time.Instant;
import java.util.Optional;

/**
 * A call server's word on a call.
 *
 * @param call the call
 * @param callee for whom; for everybody in the call if empty
 * @param type what happened
 * @param device where it rings; there if it rings, and only then
 * @param at when, never after the record's timestamp
 */
public record Signal(
    CallId call, Optional<UserId> callee, SignalType type, Optional<DeviceId> device, Instant at) {}
