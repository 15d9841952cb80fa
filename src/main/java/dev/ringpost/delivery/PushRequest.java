package dev.ringpost.delivery;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.Device;
import java.time.Instant;

/**
 * The order to ring one device.
 *
 * @param attempt the call and the try
 * @param device the device
 * @param guard asked again at the moment of writing
 * @param orderedAt when the delivery began that it belongs to
 * @param avoided the name of the connection that carries it only if no other has a place; empty
 *     text if all are alike
 */
public record PushRequest(
    Attempt attempt, Device device, WriteGuard guard, Instant orderedAt, String avoided) {

  /** An order that any connection may carry. */
  public PushRequest(Attempt attempt, Device device, WriteGuard guard, Instant orderedAt) {
    this(attempt, device, guard, orderedAt, "");
  }
}
