package dev.ringpost;

import dev.ringpost.cli.StopSignal;
import dev.ringpost.cli.report.ExitCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The shutdown hook that turns SIGTERM and SIGINT into a clean end with an exit code of our own.
 * The JVM alone would leave with 143 while the worker is still at work: a shutdown hook holds it
 * until the worker is done.
 */
final class StopOnSignal implements StopSignal {

  /**
   * Bound on the time from the signal to the end: more than {@link Worker#LEAVE_BOUND}, so that a
   * worker that is slow to leave is not cut off, and less than the 30 s after which Kubernetes
   * kills.
   */
  static final Duration LIMIT = Duration.ofSeconds(29);

  private final CompletableFuture<Integer> left = new CompletableFuture<>();

  @Override
  public void onStop(Runnable stop) {
    try {
      Runtime.getRuntime()
          .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> end(stop)));
    } catch (IllegalStateException _) {
      stop.run(); // the signal came before; the JVM ends without waiting for us
    }
  }

  private void end(Runnable stop) {
    stop.run();
    int code;
    try {
      code = left.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException _) {
      code = ExitCode.INTERNAL.number();
    }
    Runtime.getRuntime().halt(code);
  }

  /** Leaves with a code, signal or not. Does not return. */
  void leave(int code) {
    left.complete(code);
    System.exit(code);
  }
}
