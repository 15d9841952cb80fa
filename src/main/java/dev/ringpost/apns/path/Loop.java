package dev.ringpost.apns.path;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The loop of the engine: the one thread on which connections and pushes live, and its time. All
 * that the engine decides by time it decides by this one, so that a simulated run can be its host.
 */
public interface Loop extends ConnectBackoff.LoopTime {

  /** Whether this is its thread. */
  boolean isHere();

  /**
   * Does something on the loop, after what was asked for before; may be called on any thread.
   *
   * @throws RejectedExecutionException if the loop has ended
   */
  void execute(Runnable task);

  /** The loop of Netty's. */
  static Loop of(EventLoop loop) {
    return new Loop() {
      @Override
      public long now() {
        return System.nanoTime();
      }

      @Override
      public void later(long nanos, Runnable task) {
        var _ = loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
      }

      @Override
      public boolean isHere() {
        return loop.inEventLoop();
      }

      @Override
      public void execute(Runnable task) {
        loop.execute(task);
      }
    };
  }
}
