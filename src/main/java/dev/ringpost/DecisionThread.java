package dev.ringpost;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that decides: a decision and its result take microseconds and never block. Its
 * queue is bounded by the invites in flight.
 *
 * <p>Once it has decided all there is, it lets outcomes gather for {@link #GATHER}: under load, to
 * be woken for each one costs the network loop and this thread more than the decision. After a
 * pause in the traffic the first outcome is decided at once.
 */
final class DecisionThread extends ThreadPoolExecutor {

  /** What a verdict may wait for others; pushes do not wait. */
  static final Duration GATHER = Duration.ofNanos(500_000);

  DecisionThread() {
    super(
        1,
        1,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        Thread.ofPlatform().name("decisions").daemon().factory());
  }

  @Override
  protected void afterExecute(Runnable decided, @Nullable Throwable fault) {
    if (getQueue().isEmpty() && !isShutdown()) {
      LockSupport.parkNanos(GATHER.toNanos());
    }
  }
}
