package dev.ringpost.demo;

import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The reports of the demo's SIP server on its calls, and when each of them ended. For one thread.
 */
final class Signals {

  private final CallPlatform platform;
  private final Set<CallId> over = new HashSet<>();
  private final Map<String, Instant> ended = new ConcurrentHashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();

  Signals(CallPlatform platform) {
    this.platform = platform;
  }

  /** A phone has woken up and rings. */
  void ringing(CallId call, UserId callee, DeviceId device) {
    underWay.incrementAndGet();
    platform.ringingLater(call, callee, device, _ -> underWay.decrementAndGet());
  }

  /**
   * A call is over, for this reason; of a call that was over before nothing is told.
   *
   * @return whether it was not
   */
  boolean end(CallId call, String type) {
    boolean first = over.add(call);
    if (first) {
      tell(call, type);
    }
    return first;
  }

  /** Somebody who had answered hangs up. */
  void hangUp(CallId call) {
    tell(call, "ended");
  }

  private void tell(CallId call, String type) {
    underWay.incrementAndGet();
    platform.signalLater(call, type, stored -> stored(call, stored));
  }

  private void stored(CallId call, Origin stored) {
    ended.putIfAbsent(call.value(), stored.timestamp());
    underWay.decrementAndGet();
  }

  /** When the first signal that ends a call was stored, by call id. */
  Map<String, Instant> ended() {
    return ended;
  }

  boolean allStored() {
    return underWay.get() == 0;
  }
}
