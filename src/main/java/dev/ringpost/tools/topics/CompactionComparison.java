package dev.ringpost.tools.topics;

import dev.ringpost.tools.topics.TopicRule.Cleanup;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.kafka.clients.admin.Config;

/**
 * A comparison of how a compacted topic is compacted with what Ringpost advises. Not every
 * difference is named: only one that lets a start read much that is superseded, or that forgets
 * removals before a worker that was cut off has read them.
 */
final class CompactionComparison {

  /**
   * How long a superseded registration may stand. Apps register at their launch, which is a few
   * times a day: a start reads some records per device then, not dozens.
   */
  static final Duration LONGEST_WAIT = Duration.ofDays(1);

  /** How much of the log may be superseded: with a third a start reads half as much again. */
  static final double LARGEST_SHARE = 1 / 3.0;

  /** How long removals must be known: a worker may be cut off from Friday evening to Monday. */
  static final Duration SHORTEST_MEMORY = Duration.ofDays(3);

  private final Map<String, String> advised;
  private final Config actual;
  private final boolean readWhole;

  CompactionComparison(TopicRule rule, Config actual) {
    this.advised = rule.compaction();
    this.actual = actual;
    this.readWhole = rule.cleanup() == Cleanup.COMPACT;
  }

  /**
   * The settings by which superseded records stand for long, as they are, in the order of a command
   * line. Empty if there are none.
   */
  Map<String, String> slow() {
    Map<String, String> slow = new LinkedHashMap<>();
    if (!readWhole) {
      return slow;
    }
    long longest = LONGEST_WAIT.toMillis();
    long latest = time(TopicRule.LONGEST_LAG).orElse(Long.MAX_VALUE);
    // A broker closes a segment of a compacted topic at whichever of the two is shorter.
    if (time(TopicRule.SEGMENT)
        .filter(segment -> Math.min(segment, latest) > longest)
        .isPresent()) {
      name(TopicRule.SEGMENT, slow);
    }
    // It compacts what is closed for either reason, so that one of them is enough.
    OptionalDouble share = share();
    if (share.isPresent() && share.getAsDouble() > LARGEST_SHARE && latest > longest) {
      name(TopicRule.DIRTY_RATIO, slow);
      name(TopicRule.LONGEST_LAG, slow);
    }
    if (TopicComparison.number(actual, TopicRule.SHORTEST_LAG).orElse(0L) > longest) {
      name(TopicRule.SHORTEST_LAG, slow);
    }
    return slow;
  }

  /** What slow settings are to be. */
  Map<String, String> fix(Map<String, String> slow) {
    Map<String, String> fix = new LinkedHashMap<>();
    slow.keySet().forEach(name -> fix.put(name, advised.getOrDefault(name, "0")));
    return fix;
  }

  /** For how many milliseconds removals are kept, if that is too short. */
  Optional<Long> shortMemory() {
    return advised.containsKey(TopicRule.REMOVALS)
        ? TopicComparison.number(actual, TopicRule.REMOVALS)
            .filter(millis -> millis < SHORTEST_MEMORY.toMillis())
        : Optional.empty();
  }

  /** A time in milliseconds; nothing or less means for ever. */
  private Optional<Long> time(String name) {
    return TopicComparison.number(actual, name).map(millis -> millis > 0 ? millis : Long.MAX_VALUE);
  }

  private OptionalDouble share() {
    Optional<String> text = TopicComparison.value(actual, TopicRule.DIRTY_RATIO);
    try {
      return text.isPresent()
          ? OptionalDouble.of(Double.parseDouble(text.get()))
          : OptionalDouble.empty();
    } catch (NumberFormatException _) {
      return OptionalDouble.empty();
    }
  }

  private void name(String setting, Map<String, String> slow) {
    TopicComparison.value(actual, setting).ifPresent(value -> slow.put(setting, value));
  }
}
