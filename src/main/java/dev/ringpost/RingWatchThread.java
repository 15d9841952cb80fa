package dev.ringpost;

import dev.ringpost.delivery.rings.RingWatch;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The thread that looks whether phones rang. */
final class RingWatchThread implements AutoCloseable {

  /** The time between two looks: so late a phone that rings is told of at most. */
  static final Duration LOOK = Duration.ofMillis(200);

  private final RingWatch watch;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("ring-watch").unstarted(this::run);

  private RingWatchThread(RingWatch watch) {
    this.watch = watch;
  }

  static RingWatchThread start(RingWatch watch) {
    var looking = new RingWatchThread(watch);
    looking.thread.start();
    return looking;
  }

  private void run() {
    try {
      while (!closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        watch.look();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is watched now is told by nobody: the docs say that a second verdict may be missing. */
  @Override
  public void close() {
    closing.countDown();
  }
}
