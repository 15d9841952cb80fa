package dev.ringpost;

import dev.ringpost.config.RingpostConfig;
import dev.ringpost.telemetry.ApnsMeters;
import dev.ringpost.tools.apple.TokenWatch;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that looks when tokens for Apple's data export end, if their folder is named. Not a
 * virtual one: a folder on a disk that hangs would keep its carrier from calls.
 */
final class TokenWatchThread implements AutoCloseable {

  /** The time between two looks, as at the files of credentials. */
  static final Duration LOOK = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(TokenWatchThread.class);

  private final TokenWatch watch;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().daemon().name("export-tokens").unstarted(this::run);

  private TokenWatchThread(TokenWatch watch) {
    this.watch = watch;
  }

  static TokenWatchThread start(RingpostConfig config, ApnsMeters meters, InstantSource clock) {
    var looking = new TokenWatchThread(TokenWatch.of(config, clock, meters::watchExportToken));
    if (!looking.watch.isIdle()) {
      looking.thread.start();
    }
    return looking;
  }

  private void run() {
    try {
      do {
        look();
      } while (!closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      watch.look();
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      log.atError()
          .setCause(e)
          .log("a look at the tokens for Apple's data export failed; the next one comes");
    }
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
