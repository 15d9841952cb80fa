package dev.ringpost.directory;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread of a {@link TopicFollower}, and the wish that it ends. Safe for many threads. */
final class FollowerThread {

  private static final Logger log = LoggerFactory.getLogger(FollowerThread.class);

  private final String topic;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);

  /** A thread, not started. */
  FollowerThread(String name, String topic, Runnable run) {
    this.topic = topic;
    this.thread =
        Thread.ofPlatform()
            .name(name)
            .daemon()
            .uncaughtExceptionHandler(
                (_, e) ->
                    log.atError()
                        .setCause(e)
                        .addKeyValue("topic", topic)
                        .log("Topic is not followed any more: this is a bug"))
            .unstarted(run);
  }

  void start() {
    thread.start();
  }

  /** False once it is to end. */
  boolean goesOn() {
    return closing.getCount() > 0;
  }

  /** Waits, by the thread itself; true if it is to end. */
  boolean closesWithin(Duration wait) {
    try {
      return closing.await(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      return true;
    }
  }

  /** Asks the thread to end, without waiting for it. */
  void end() {
    closing.countDown();
  }

  /** Waits until the thread and its clients have ended, for at most so many nanoseconds. */
  void awaitEnd(long nanos) {
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      if (!thread.join(Duration.ofNanos(Math.max(0, nanos)))) {
        log.atWarn().addKeyValue("topic", topic).log("Follower did not end in time");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
