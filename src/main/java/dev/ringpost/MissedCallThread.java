package dev.ringpost;

import dev.ringpost.delivery.missed.Later;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread on which missed calls go on after a push or a wait. Its queue is bounded by the
 * calls that a worker deals with at once.
 */
final class MissedCallThread implements Later, AutoCloseable {

  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("missed-calls").daemon().factory());

  @Override
  public void execute(Runnable task) {
    after(Duration.ZERO, task);
  }

  /** What is refused because the worker leaves is done by the next owner of its partition. */
  @Override
  public void after(Duration wait, Runnable task) {
    try {
      var _ = executor.schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      if (!executor.isShutdown()) {
        throw e;
      }
    }
  }

  /** What waits is dropped. */
  @Override
  public void close() {
    var _ = executor.shutdownNow();
  }
}
