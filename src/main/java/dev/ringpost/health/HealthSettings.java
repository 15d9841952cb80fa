package dev.ringpost.health;

import dev.ringpost.events.CalleeAs;
import java.time.Duration;
import java.util.Map;

/**
 * The settings of the search for deaf devices.
 *
 * @param topics what is read and written
 * @param group the consumer group of those that search; one of them works, the others stand by
 * @param callee how results name the callee
 * @param deafCalls how many calls in a row a device must not have rung for
 * @param deafSpan how long the time from the first to the last of them must be
 * @param longestRing {@code ring.max}: no call rings longer
 * @param settle how long after a call's end it is judged, so that everything is there that was said
 *     of it
 * @param kafka properties of the Kafka clients; values may be passwords
 */
public record HealthSettings(
    Topics topics,
    String group,
    CalleeAs callee,
    int deafCalls,
    Duration deafSpan,
    Duration longestRing,
    Duration settle,
    Map<String, Object> kafka) {

  /** What {@link #settle} is, but in tests: the clocks of two servers differ by less. */
  public static final Duration SETTLE = Duration.ofSeconds(10);

  /** The topics: two that are read, and the one that is written and read at start. */
  public record Topics(String results, String signals, String deviceHealth) {}

  public HealthSettings {
    kafka = Map.copyOf(kafka);
  }

  /** The names of the client properties only: values may be passwords. */
  @Override
  public String toString() {
    return "HealthSettings["
        + topics
        + ", group="
        + group
        + ", deafCalls="
        + deafCalls
        + ", deafSpan="
        + deafSpan
        + ", kafka="
        + kafka.keySet()
        + "]";
  }
}
