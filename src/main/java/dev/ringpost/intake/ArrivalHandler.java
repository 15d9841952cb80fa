package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallInvite;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The handler of every record that a consumer of invites has read. */
@FunctionalInterface
public interface ArrivalHandler {

  /**
   * Begins to handle one arrival, on the consumer's thread, and must not wait for anything.
   *
   * @param claim to the arrival's record
   * @param decided to be run when nothing of it is in flight any more, which gives its place back;
   *     what is returned gives it back as well
   * @return completes when the offset may be committed
   */
  CompletableFuture<Void> handle(Arrival arrival, Arrival.Claim claim, Runnable decided);

  /**
   * Whether so much of what was handled waits to be stored that nothing more is to be read now.
   * Asked at each turn of the loop; what was read before is handled all the same.
   */
  default boolean isFull() {
    return false;
  }

  /**
   * Whether a call is over for everybody, so that an arrival of it whose time has not come need not
   * wait for that. Asked again and again.
   */
  default boolean isOver(CallInvite call) {
    return false;
  }

  /**
   * The time since all that was told of calls was last known to be read. While it is long, what
   * comes waits for a moment.
   */
  default Duration signalsBehind() {
    return Duration.ZERO;
  }
}
