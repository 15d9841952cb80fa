package dev.ringpost.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.ringpost.call.trace.TraceContext;
import dev.ringpost.call.trace.Traced;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** The errors that one class logs; until it is closed they are heard here and nowhere else. */
public final class HeardLog implements AutoCloseable {

  private final Logger logger;
  private final ListAppender<ILoggingEvent> heard = new ListAppender<>();

  private HeardLog(Logger logger) {
    this.logger = logger;
  }

  /** Listens to a class from now on. */
  public static HeardLog of(Class<?> type) {
    return of(type.getName());
  }

  /** Listens to a class from now on that its library keeps to itself. */
  public static HeardLog of(String type) {
    var log = new HeardLog((Logger) LoggerFactory.getLogger(type));
    log.heard.start();
    log.logger.setLevel(Level.ERROR);
    log.logger.setAdditive(false);
    log.logger.addAppender(log.heard);
    return log;
  }

  /**
   * The facts of all lines, as the log's queue writes them: each as text, and behind one that
   * belongs to a trace that one's id.
   */
  public List<String> facts() {
    List<String> facts = new ArrayList<>();
    for (ILoggingEvent line : heard.list) {
      for (KeyValuePair fact : line.getKeyValuePairs()) {
        facts.add(fact.key + "=" + fact.value);
        if (fact.value instanceof Traced traced) {
          traced.trace().map(TraceContext::traceId).ifPresent(id -> facts.add("trace=" + id));
        }
      }
    }
    return facts;
  }

  /** The words of all lines, each with its stack trace, without facts. */
  public List<String> words() {
    return heard.list.stream()
        .map(
            line ->
                line.getFormattedMessage() + ThrowableProxyUtil.asString(line.getThrowableProxy()))
        .toList();
  }

  @Override
  public void close() {
    logger.detachAppender(heard);
    logger.setAdditive(true);
    logger.setLevel(null);
  }
}
