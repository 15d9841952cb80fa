package dev.ringpost.delivery.missed;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * A thread that runs things now or after a while, and nothing any more once the worker leaves: what
 * is open then is done by the next owner of its partition.
 */
public interface Later extends Executor {

  /** Runs something after a while. */
  void after(Duration wait, Runnable task);
}
