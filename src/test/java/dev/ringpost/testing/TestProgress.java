package dev.ringpost.testing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * The progress of the tests on the build's console: now and then a line, and which of them failed.
 */
public final class TestProgress implements TestExecutionListener {

  private static final Duration INTERVAL = Duration.ofSeconds(30);

  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicLong printedAt = new AtomicLong(System.nanoTime());

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == Status.FAILED) {
      failed.incrementAndGet();
      BuildConsole.print("FAILED: " + test.getDisplayName() + " " + test.getUniqueId());
    }
    if (test.isTest()) {
      ended.incrementAndGet();
    }
    long now = System.nanoTime();
    long before = printedAt.get();
    if (now - before > INTERVAL.toNanos() && printedAt.compareAndSet(before, now)) {
      BuildConsole.print(ended + " tests ended, " + failed + " failed");
    }
  }
}
