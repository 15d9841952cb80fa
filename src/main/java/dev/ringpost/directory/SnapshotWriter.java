package dev.ringpost.directory;

import dev.ringpost.directory.MarkDesk.Mark;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes the snapshots of all views, one after the other, every interval and once
 * more at leaving. Nobody waits for it but who leaves, and no longer than a bound.
 */
final class SnapshotWriter {

  /** Bound on waiting for a follower's answer: a few of its turns. */
  private static final Duration MARK_WAIT = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(SnapshotWriter.class);

  /** A view with its snapshots. */
  record Written<T>(TopicFollower<TopicView<T>> follower, ViewSnapshots<T> snapshots) {

    private void write(SnapshotWriter writer) {
      Optional<Mark<TopicView<T>>> mark = follower.mark(MARK_WAIT);
      mark.ifPresent(at -> snapshots.write(at, () -> !writer.isLate));
    }
  }

  private final List<Written<?>> views;
  private final Duration interval;
  private final CountDownLatch leaving = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean isLate;

  /** A writer, not started. */
  SnapshotWriter(List<Written<?>> views, Duration interval) {
    this.views = List.copyOf(views);
    this.interval = interval;
    this.thread = Thread.ofPlatform().name("snapshots").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      boolean leaves;
      do {
        leaves = leaving.await(interval.toMillis(), TimeUnit.MILLISECONDS);
        views.forEach(this::write);
      } while (!leaves);
    } catch (InterruptedException _) {
      // Somebody wants the thread to end.
    }
  }

  private void write(Written<?> view) {
    try {
      view.write(this);
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("Snapshot cannot be written: this is a bug");
    }
  }

  /** Writes the last ones and ends, within so many nanoseconds; the ones before stay if not. */
  void leave(long nanos) {
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    leaving.countDown();
    try {
      if (!thread.join(Duration.ofNanos(Math.max(0, nanos)))) {
        isLate = true;
        log.atWarn().log("Snapshots are not written in time; the ones before stay");
      }
    } catch (InterruptedException _) {
      isLate = true;
      Thread.currentThread().interrupt();
    }
  }
}
