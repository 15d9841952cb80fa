package dev.ringpost.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RingpostConfig.LogLevel;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Logging as the configuration wants it, to standard output. Before that, {@code logback.xml} lets
 * only warnings through, to standard error. Who names a file of his own by {@code
 * -Dlogback.configurationFile} keeps it.
 */
public final class Logging {

  private static final String OWN_FILE = "logback.configurationFile";

  private static final String QUEUE = "queue";

  /**
   * Control characters become spaces, so that nothing in a Call-ID can forge a line. Facts come
   * after the words, stack traces after both.
   */
  private static final String TEXT =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} [%thread]"
          + " %replace(%replace(%msg %kvp){'\\p{Cntrl}', ' '}){' $', ''}%n%ex";

  private final Optional<LoggerContext> context;

  private Logging(Optional<LoggerContext> context) {
    this.context = context;
  }

  /** The logging of this process, which every class shares. */
  public static Logging ofProcess() {
    return new Logging(
        LoggerFactory.getILoggerFactory() instanceof LoggerContext context
            ? Optional.of(context)
            : Optional.empty());
  }

  /** The logging of a context, for whoever may not change that of the process. */
  public static Logging of(LoggerContext context) {
    return new Logging(Optional.of(context));
  }

  public void configure(RingpostConfig.Log settings) {
    if (System.getProperty(OWN_FILE) == null) {
      context.ifPresent(
          ours -> {
            var _ = configure(ours, settings, new ConsoleAppender<>());
          });
    }
  }

  /**
   * For a command that tells all there is to tell itself: what libraries log about the same trouble
   * is for those who ask for it with {@code debug}, and goes to standard error.
   */
  public void quiet(RingpostConfig.Log settings) {
    boolean asked =
        switch (settings.level()) {
          case TRACE, DEBUG -> true;
          case INFO, WARN, ERROR -> false;
        };
    if (!asked && System.getProperty(OWN_FILE) == null) {
      context.ifPresent(
          ours -> ours.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF));
    }
  }

  /**
   * How many lines of this process were dropped since the start because nobody read them fast
   * enough; 0 with somebody's own file.
   */
  public static long dropped() {
    return ofProcess().queue().map(LogQueue::dropped).orElse(0L);
  }

  /** Writes what waits, before the process ends. Whatever is logged later is dropped. */
  public void flush() {
    queue().ifPresent(LogQueue::stop);
  }

  private Optional<LogQueue> queue() {
    return context.flatMap(
        ours ->
            ours.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender(QUEUE)
                    instanceof LogQueue queue
                ? Optional.of(queue)
                : Optional.empty());
  }

  /**
   * Replaces all of a context's appenders by one, behind a queue.
   *
   * @param appender not started
   */
  static LogQueue configure(
      LoggerContext context,
      RingpostConfig.Log settings,
      OutputStreamAppender<ILoggingEvent> appender) {
    context.reset();
    appender.setName("output");
    appender.setContext(context);
    appender.setEncoder(encoder(context, settings.format()));
    appender.start();
    RepeatFilter filter = new RepeatFilter();
    filter.start();
    LogQueue queue = new LogQueue();
    queue.setName(QUEUE);
    queue.setContext(context);
    queue.addFilter(filter);
    queue.addAppender(appender);
    queue.start();

    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(queue);
    root.setLevel(ofLibraries(settings.level()));
    context.getLogger("dev.ringpost").setLevel(ofOurs(settings.level()));
    // Prints a stack trace for each connection that cannot be opened; connections tell that
    // themselves.
    context.getLogger("com.eatthepath.pushy.apns.ApnsChannelPool").setLevel(Level.ERROR);
    return queue;
  }

  private static Encoder<ILoggingEvent> encoder(
      LoggerContext context, RingpostConfig.LogFormat format) {
    Encoder<ILoggingEvent> encoder =
        switch (format) {
          case TEXT -> {
            PatternLayoutEncoder text = new PatternLayoutEncoder();
            text.setPattern(TEXT);
            yield text;
          }
          case JSON -> new JsonLineEncoder();
        };
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }

  private static Level ofOurs(LogLevel level) {
    return switch (level) {
      case TRACE -> Level.TRACE;
      case DEBUG -> Level.DEBUG;
      case INFO -> Level.INFO;
      case WARN -> Level.WARN;
      case ERROR -> Level.ERROR;
    };
  }

  /** Kafka, Netty and Pushy are one level quieter: at debug they write lines per record. */
  private static Level ofLibraries(LogLevel level) {
    return switch (level) {
      case TRACE -> Level.DEBUG;
      case DEBUG -> Level.INFO;
      case INFO, WARN -> Level.WARN;
      case ERROR -> Level.ERROR;
    };
  }
}
