package dev.ringpost.cli.logging;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.ringpost.call.trace.TraceContext;
import dev.ringpost.call.trace.Traced;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.event.KeyValuePair;

/**
 * Log lines on their way to the thread that writes them. Who logs never waits: a pipe that nobody
 * reads would stall the consumer, and cost calls. What finds no room is dropped, counted, and told
 * once there is room again. Safe for many threads.
 */
final class LogQueue extends AsyncAppender {

  /** The fact that names a trace by its id. */
  private static final String TRACE = "trace";

  /** Bound on the lines that wait. */
  static final int LINES = 2_048;

  /**
   * The last places, which stay empty: as many threads may find room at once, and none of their
   * lines gets lost uncounted.
   */
  private static final int SPARE = 64;

  /** Bound on the wait, at the end of the process, until all that waits is written. */
  static final Duration FLUSH = Duration.ofSeconds(1);

  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong told = new AtomicLong();

  LogQueue() {
    setQueueSize(LINES);
    setDiscardingThreshold(SPARE);
    setNeverBlock(true);
    setMaxFlushTime(Math.toIntExact(FLUSH.toMillis()));
  }

  /** How many lines were dropped since the start. */
  long dropped() {
    return dropped.get();
  }

  /** Writes what waits, for {@link #FLUSH} at most; whatever is logged later is dropped. */
  @Override
  public void stop() {
    tellDropped();
    super.stop();
  }

  @Override
  protected void append(ILoggingEvent event) {
    tellDropped();
    super.append(event);
  }

  /** Asked when only the spare places are left, of a line that is not written then. */
  @Override
  protected boolean isDiscardable(ILoggingEvent event) {
    dropped.incrementAndGet();
    return true;
  }

  /**
   * Facts become text here: what they are about goes on changing. Whatever belongs to a trace has
   * its id beside it.
   */
  @Override
  protected void preprocess(ILoggingEvent event) {
    super.preprocess(event);
    List<KeyValuePair> facts = event.getKeyValuePairs();
    if (facts != null) {
      Optional<String> trace = trace(facts);
      facts.replaceAll(fact -> new KeyValuePair(fact.key, String.valueOf(fact.value)));
      trace.ifPresent(id -> facts.add(new KeyValuePair(TRACE, id)));
    }
  }

  private static Optional<String> trace(List<KeyValuePair> facts) {
    for (KeyValuePair fact : facts) {
      if (fact.value instanceof Traced traced) {
        return traced.trace().map(TraceContext::traceId);
      }
    }
    return Optional.empty();
  }

  private void tellDropped() {
    long all = dropped.get();
    long before = told.get();
    if (all > before
        && getRemainingCapacity() > LINES / 2
        && getContext() instanceof LoggerContext context
        && told.compareAndSet(before, all)) {
      Logger logger = context.getLogger(LogQueue.class);
      var event =
          new LoggingEvent(
              LogQueue.class.getName(),
              logger,
              Level.WARN,
              "log lines were dropped, for nobody read standard output fast enough",
              null,
              null);
      event.addKeyValuePair(new KeyValuePair("lines", all - before));
      super.append(event);
    }
  }
}
