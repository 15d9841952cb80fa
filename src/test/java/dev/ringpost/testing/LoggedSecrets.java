package dev.ringpost.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;

/**
 * A look for secrets and callers at every line that is logged in this JVM: Ringpost's own from
 * level info on, shown or not, those of libraries and what tests let through below. {@link
 * GlobalLogging} begins it, and fails the test class in whose time something was found.
 */
public final class LoggedSecrets extends UnsynchronizedAppenderBase<ILoggingEvent> {

  private static final String NAME = "SECRETS";

  private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

  /** Begins to look at what is logged in a context, once. */
  static synchronized void listenTo(LoggerContext context) {
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    if (root.getAppender(NAME) == null) {
      var appender = new LoggedSecrets();
      appender.setContext(context);
      appender.setName(NAME);
      appender.start();
      root.addAppender(appender);
      context.getLogger("dev.ringpost").setLevel(Level.INFO);
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    in(event).ifPresent(FOUND::add);
  }

  /** What a line holds in its words, its facts or its stack trace. */
  static Optional<String> in(ILoggingEvent event) {
    return SecretShapes.in(
            event.getFormattedMessage()
                + event.getKeyValuePairs()
                + ThrowableProxyUtil.asString(event.getThrowableProxy()))
        .map(found -> "%s %s holds %s".formatted(event.getLevel(), event.getLoggerName(), found));
  }

  /** What was found since this was asked last. */
  static List<String> found() {
    List<String> found = new ArrayList<>();
    for (String next = FOUND.poll(); next != null; next = FOUND.poll()) {
      found.add(next);
    }
    return found;
  }
}
