package dev.ringpost.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rule that a test class leaves the logging of this JVM as it was: a class that ends with
 * another level of the root logger, or with other appenders, fails. So does one in whose time a
 * line had a secret or a caller in it ({@link LoggedSecrets}). It is registered for all classes, in
 * {@code META-INF/services}. A class that needs a logging of its own uses a {@link LoggerContext}
 * of its own.
 */
public final class GlobalLogging implements BeforeAllCallback, AfterAllCallback {

  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(GlobalLogging.class);

  /** Bound on the time that logback needs to be set up. */
  private static final Duration SET_UP = Duration.ofSeconds(20);

  /** The state of the root logger: its level, and where it writes. */
  record State(@Nullable Level level, List<Appender<ILoggingEvent>> appenders) {

    static State of(LoggerContext context) {
      var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
      return new State(
          root.getLevel(),
          StreamSupport.stream(
                  Spliterators.spliteratorUnknownSize(root.iteratorForAppenders(), 0), false)
              .toList());
    }
  }

  @Override
  public void beforeAll(ExtensionContext test) {
    LoggedSecrets.listenTo(ofProcess());
    test.getStore(SPACE).put(test.getUniqueId(), now());
  }

  @Override
  public void afterAll(ExtensionContext test) {
    State before =
        Objects.requireNonNull(test.getStore(SPACE).get(test.getUniqueId(), State.class));
    if (!before.equals(now())) {
      throw new AssertionError(
          test.getDisplayName() + " changed the global logging from " + before + " to " + now());
    }
    List<String> secrets = LoggedSecrets.found();
    if (!secrets.isEmpty()) {
      throw new AssertionError("what no log may hold was logged: " + secrets);
    }
  }

  private static State now() {
    return State.of(ofProcess());
  }

  /** The logging of this JVM. While another thread sets it up, SLF4J hands out a stand-in. */
  private static LoggerContext ofProcess() {
    long start = System.nanoTime();
    while (System.nanoTime() - start < SET_UP.toNanos()) {
      if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
        return context;
      }
      Thread.onSpinWait();
    }
    throw new IllegalStateException("logback was not set up within " + SET_UP);
  }
}
