package dev.ringpost.delivery.flood;

import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.DeliveryReport.Skip;
import dev.ringpost.delivery.InvitePipeline;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The limit on invites of one callee and of one caller. What is refused does not count, so a flood
 * does not shut out the calls after it: within any window as many ring as the limit says. Each
 * worker counts what it reads itself, and begins anew with its start. Safe for many threads.
 */
public final class FloodGate implements InvitePipeline.Limit {

  private final RecentTimes callees;
  private final RecentTimes callers;

  /**
   * @param nanoTime a monotonic clock
   */
  public FloodGate(FloodSettings settings, LongSupplier nanoTime) {
    this.callees = new RecentTimes(settings.maxPerCallee(), settings.window(), nanoTime);
    this.callers = new RecentTimes(settings.maxPerCaller(), settings.window(), nanoTime);
  }

  @Override
  public synchronized Optional<Skip> exceeded(CallInvite invite) {
    String callee = invite.callee().value();
    String caller = invite.caller().uri();
    if (callees.isFull(callee)) {
      return Optional.of(Skip.CALLEE_FLOODED);
    }
    if (callers.isFull(caller)) {
      return Optional.of(Skip.CALLER_FLOODED);
    }
    callees.add(callee);
    callers.add(caller);
    return Optional.empty();
  }
}
