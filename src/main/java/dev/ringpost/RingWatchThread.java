package dev.ringpost;

import dev.ringpost.delivery.rings.RingWatch;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that looks whether phones rang. */
final class RingWatchThread implements AutoCloseable {

  /** The time between two looks: so late a phone that rings is told of at most. */
  static final Duration LOOK = Duration.ofMillis(200);

  private static final Logger log = LoggerFactory.getLogger(RingWatchThread.class);

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
        look();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      watch.look();
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("a look at who rings met a fault; please report it");
    }
  }

  /** What is watched now is told by nobody: the docs say that a second verdict may be missing. */
  @Override
  public void close() {
    closing.countDown();
  }
}
