package dev.ringpost.cli.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A filter that lets a library say the same thing once in a while only: without a broker each Kafka
 * client warns several times a second. Our own lines pass, they are sparse by themselves. Safe for
 * many threads.
 */
final class RepeatFilter extends Filter<ILoggingEvent> {

  /** The shortest time between two like lines of a library. */
  static final long QUIET_MILLIS = 10_000;

  /** Bound on the lines that are remembered, the oldest out. */
  static final int MAX_REMEMBERED = 256;

  private static final String OURS = "dev.ringpost";

  @GuardedBy("this")
  private final Map<String, Long> lastSaid =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  @Override
  public FilterReply decide(ILoggingEvent event) {
    if (event.getLoggerName().startsWith(OURS)) {
      return FilterReply.NEUTRAL;
    }
    // The message without its arguments; Kafka's begins with the client's name.
    String line = event.getLoggerName() + event.getMessage();
    return isRepeated(line, event.getTimeStamp()) ? FilterReply.DENY : FilterReply.NEUTRAL;
  }

  private synchronized boolean isRepeated(String line, long now) {
    Long last = lastSaid.get(line);
    if (last != null && now - last < QUIET_MILLIS) {
      return true;
    }
    lastSaid.remove(line);
    lastSaid.put(line, now);
    return false;
  }
}
