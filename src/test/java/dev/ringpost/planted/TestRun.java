package dev.ringpost.planted;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * A JVM that runs test classes and ends with the first that fails: its exit code says whether one
 * did, and a file which. The tests' own output is nobody's business.
 */
final class TestRun implements TestExecutionListener {

  /** The exit code when all passed; the file has their number. */
  static final int PASSED = 0;

  /** The exit code when one failed; the file has its name. */
  static final int FAILED = 3;

  private final Path told;
  private final AtomicInteger passed = new AtomicInteger();

  private TestRun(Path told) {
    this.told = told;
  }

  /**
   * Runs and ends the JVM.
   *
   * @param arguments the file to write to, then the names of the test classes
   */
  public static void main(String[] arguments) {
    var run = new TestRun(Path.of(arguments[0]));
    LauncherDiscoveryRequest tests =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(
                Arrays.stream(arguments).skip(1).map(DiscoverySelectors::selectClass).toList())
            .build();
    LauncherFactory.create().execute(tests, run);
    run.end(PASSED, String.valueOf(run.passed.get()));
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == Status.SUCCESSFUL) {
      passed.addAndGet(test.isTest() ? 1 : 0);
    } else {
      end(FAILED, name(test));
    }
  }

  private static String name(TestIdentifier test) {
    return test.getSource()
        .filter(MethodSource.class::isInstance)
        .map(MethodSource.class::cast)
        .map(method -> method.getJavaClass().getSimpleName() + "." + method.getMethodName())
        .orElse(test.getDisplayName());
  }

  /** At once: threads that a broken test left behind must not keep the JVM. */
  private synchronized void end(int code, String text) {
    try {
      Files.writeString(told, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().halt(code);
  }
}
