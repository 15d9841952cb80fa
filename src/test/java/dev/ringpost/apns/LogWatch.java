package dev.ringpost.apns;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A listener to all that this room and Pushy log while it is open, down to DEBUG, where the console
 * shows warnings only. It hears the thread that opened it and whatever threads that one or they
 * have started, such as those of a sender, and none that belongs to another open watch; so test
 * classes may run at once. A thread of nobody's, such as one of the JVM, is heard by all.
 *
 * <p>Several may be open at once; those that one test opens hear the same.
 */
public final class LogWatch extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  /**
   * The lock on the levels of the loggers: a class that runs beside others reads them, one that
   * sets them writes.
   */
  public static final String LEVELS = "dev.ringpost.apns.LogWatch.LEVELS";

  private static final List<String> LOGGERS = List.of("dev.ringpost.apns", "com.eatthepath.pushy");

  /** The levels that were set before the first one opened. */
  private static final Map<Logger, @Nullable Level> former = new HashMap<>();

  /** The first watch that a thread, or one from which it descends, has opened. */
  private static final InheritableThreadLocal<@Nullable LogWatch> FIRST =
      new InheritableThreadLocal<>();

  private static int open;

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final LogWatch first;

  private LogWatch() {
    LogWatch before = FIRST.get();
    first = before != null && before.isStarted() ? before : this;
  }

  static LogWatch open() {
    LogWatch watch = new LogWatch();
    watch.start();
    FIRST.set(watch.first);
    synchronized (former) {
      open++;
      for (String name : LOGGERS) {
        Logger logger = (Logger) LoggerFactory.getLogger(name);
        logger.addAppender(watch);
        if (!logger.isDebugEnabled()) {
          former.put(logger, logger.getLevel());
          logger.setLevel(Level.DEBUG);
        }
      }
    }
    return watch;
  }

  /** What was logged, with its level, keys, values and stack traces. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  protected void append(ILoggingEvent event) {
    LogWatch heardBy = FIRST.get();
    if (heardBy != null && heardBy != first && heardBy.isStarted()) {
      return;
    }
    lines.add(
        event.getLevel()
            + " "
            + event.getFormattedMessage()
            + event.getKeyValuePairs()
            + ThrowableProxyUtil.asString(event.getThrowableProxy()));
  }

  @Override
  public void close() {
    synchronized (former) {
      open--;
      LOGGERS.forEach(name -> ((Logger) LoggerFactory.getLogger(name)).detachAppender(this));
      if (open == 0) {
        former.forEach(Logger::setLevel);
        former.clear();
      }
    }
    stop();
  }
}
