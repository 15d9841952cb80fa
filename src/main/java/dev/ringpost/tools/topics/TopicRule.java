package dev.ringpost.tools.topics;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.directory.DirectorySettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rule for how one topic must be configured, by what it is for.
 *
 * @param name the topic's name
 * @param cleanup what Kafka may do with old records
 * @param retention what the topic is created with
 * @param longTerm whether less than that is worth a warning; of the others only less than a call
 *     may ring
 * @param foreignWriters whether others than Ringpost write it, with clocks of their own
 * @param operations what a worker, or a gateway, does with its records, in the words of Kafka's
 *     ACLs
 */
public record TopicRule(
    String name,
    Cleanup cleanup,
    Optional<Duration> retention,
    boolean longTerm,
    boolean foreignWriters,
    List<String> operations) {

  static final String CLEANUP = "cleanup.policy";
  static final String RETENTION = "retention.ms";
  static final String SEGMENT = "segment.ms";
  static final String DIRTY_RATIO = "min.cleanable.dirty.ratio";
  static final String LONGEST_LAG = "max.compaction.lag.ms";
  static final String SHORTEST_LAG = "min.compaction.lag.ms";
  static final String REMOVALS = "delete.retention.ms";
  static final String LARGEST = "max.message.bytes";
  static final String TIMESTAMPS = "message.timestamp.type";
  public static final String MIN_IN_SYNC = "min.insync.replicas";
  static final String BY_BROKER = "LogAppendTime";

  /** From so many replicas on two may be asked for and one may still be away. */
  public static final int ENOUGH_FOR_TWO = 3;

  private static final List<String> READ_ONLY = List.of(AccessRight.READ);
  private static final List<String> WRITE_ONLY = List.of(AccessRight.WRITE);
  private static final List<String> READ_AND_WRITE = List.of(AccessRight.READ, AccessRight.WRITE);

  /** Dead calls are of no use, but somebody may want to see yesterday's. */
  private static final Duration SHORT = Duration.ofDays(1);

  /** Signals are read as far back as a call may ring, which is 10 minutes at most. */
  private static final Duration MINUTES = Duration.ofMinutes(15);

  /** Kafka deletes whole segments only, so a topic that forgets within a day has this many. */
  private static final int SEGMENTS = 15;

  /**
   * Kafka never compacts the segment that is being written, which by its default lasts a week: a
   * fleet that registers at each launch would leave a week of registrations to be read at start.
   */
  private static final Duration SEGMENT_OF_TOKENS = Duration.ofHours(1);

  /** A tenth that is superseded is worth a compaction; by Kafka's default it must be half. */
  private static final String SHARE_OF_TOKENS = "0.1";

  /** A superseded registration stays no longer, however few there are. */
  private static final Duration COMPACTION_LAG = Duration.ofHours(6);

  /**
   * A removal is kept as long as a worker may be cut off and go on with its view; by Kafka's
   * default a day, after which such a worker would ring a phone that was removed, or leave one
   * alone whose invalidation was withdrawn.
   */
  private static final Duration REMOVALS_KEPT = Duration.ofDays(7);

  private static final Duration DEAD_LETTERS = Duration.ofDays(7);

  /** Kafka's {@code cleanup.policy}, with what goes wrong under another one. */
  public enum Cleanup {
    DELETE("delete", "records with the same key would replace one another"),
    COMPACT("compact", "tokens would be lost with time"),
    COMPACT_AND_DELETE(
        "compact,delete", "workers would keep, or lose, the wrong ones of what they know is dead");

    private final String policy;
    private final String harm;

    Cleanup(String policy, String harm) {
      this.policy = policy;
      this.harm = harm;
    }

    String policy() {
      return policy;
    }

    String harm() {
      return harm;
    }

    boolean isMetBy(String actual) {
      return words(actual).equals(words(policy));
    }

    private static Set<String> words(String policies) {
      return Arrays.stream(policies.split(",")).map(String::strip).collect(Collectors.toSet());
    }
  }

  /**
   * The rules of all topics.
   *
   * @param retries how many retries the ladder has, each with a topic
   */
  public static List<TopicRule> of(Topics topics, int retries) {
    List<TopicRule> rules = new ArrayList<>(withoutRetries(topics));
    for (String retry : topics.retries(retries)) {
      rules.add(
          new TopicRule(retry, Cleanup.DELETE, Optional.of(SHORT), false, false, READ_AND_WRITE));
    }
    topics.deviceHealth().ifPresent(name -> rules.add(deviceHealth(name)));
    return rules;
  }

  private static TopicRule deviceHealth(String name) {
    return new TopicRule(
        name,
        Cleanup.COMPACT_AND_DELETE,
        Optional.of(DirectorySettings.INVALIDATIONS_KEPT),
        true,
        false,
        READ_ONLY);
  }

  /** The rules of the topics that {@code ringpost health} uses, with what it does with them. */
  public static List<TopicRule> ofHealth(Topics topics) {
    List<TopicRule> rules = new ArrayList<>();
    withoutRetries(topics).stream()
        .filter(rule -> List.of(topics.results(), topics.signals()).contains(rule.name()))
        .forEach(rule -> rules.add(rule.with(READ_ONLY)));
    topics.deviceHealth().ifPresent(name -> rules.add(deviceHealth(name).with(READ_AND_WRITE)));
    return rules;
  }

  /** The rules of all topics that a worker with this configuration uses. */
  public static List<TopicRule> of(RingpostConfig config) {
    List<TopicRule> rules = of(config.topics(), config.retry().count());
    if (config.missedCall().enabled()) {
      rules.add(missedCalls(config.topics()));
    }
    return rules;
  }

  /** The rule of the topic of calls that may have been missed. */
  static TopicRule missedCalls(Topics topics) {
    return new TopicRule(
        topics.missedCalls(), Cleanup.DELETE, Optional.of(SHORT), false, false, READ_AND_WRITE);
  }

  /** The rules of the topics that a gateway uses, with what a gateway does with them. */
  public static List<TopicRule> ofGateway(Topics topics) {
    Map<String, List<String>> operations =
        Map.of(
            topics.invites(), WRITE_ONLY,
            topics.tokens(), WRITE_ONLY,
            topics.signals(), WRITE_ONLY,
            topics.results(), READ_ONLY);
    return with(operations, topics);
  }

  /** The rules of the topics that {@code ringpost synthetic} uses, with what it does with them. */
  public static List<TopicRule> ofSynthetic(Topics topics) {
    Map<String, List<String>> operations =
        Map.of(
            topics.invites(), WRITE_ONLY,
            topics.signals(), READ_AND_WRITE,
            topics.results(), READ_ONLY);
    return with(operations, topics);
  }

  /** The rules of the topics that a shadow uses, each to be read only. */
  public static List<TopicRule> ofShadow(Topics topics) {
    Map<String, List<String>> operations =
        Map.of(
            topics.invites(), READ_ONLY,
            topics.tokens(), READ_ONLY,
            topics.invalidations(), READ_ONLY,
            topics.signals(), READ_ONLY,
            topics.results(), READ_ONLY);
    return with(operations, topics);
  }

  private static List<TopicRule> with(Map<String, List<String>> operations, Topics topics) {
    return withoutRetries(topics).stream()
        .filter(rule -> operations.containsKey(rule.name()))
        .map(rule -> rule.with(Objects.requireNonNull(operations.get(rule.name()))))
        .toList();
  }

  private TopicRule with(List<String> otherOperations) {
    return new TopicRule(name, cleanup, retention, longTerm, foreignWriters, otherOperations);
  }

  private static List<TopicRule> withoutRetries(Topics topics) {
    return List.of(
        new TopicRule(topics.invites(), Cleanup.DELETE, Optional.of(SHORT), false, true, READ_ONLY),
        new TopicRule(topics.tokens(), Cleanup.COMPACT, Optional.empty(), false, true, READ_ONLY),
        new TopicRule(
            topics.invalidations(),
            Cleanup.COMPACT_AND_DELETE,
            Optional.of(DirectorySettings.INVALIDATIONS_KEPT),
            true,
            false,
            READ_AND_WRITE),
        new TopicRule(
            topics.signals(), Cleanup.DELETE, Optional.of(MINUTES), false, true, READ_ONLY),
        new TopicRule(
            topics.results(), Cleanup.DELETE, Optional.of(SHORT), false, false, WRITE_ONLY),
        new TopicRule(
            topics.deadLetters(),
            Cleanup.DELETE,
            Optional.of(DEAD_LETTERS),
            true,
            false,
            WRITE_ONLY));
  }

  /**
   * Whether a {@code retention.ms} is worth a warning; below 0 it means forever.
   *
   * @param longestRing {@code ring.max}: so long a record may count
   */
  boolean isTooShort(long millis, Duration longestRing) {
    return millis >= 0
        && retention
            .map(advised -> longTerm ? advised : longestRing)
            .filter(least -> millis < least.toMillis())
            .isPresent();
  }

  /** Whether workers write it. */
  boolean isWritten() {
    return operations.contains(AccessRight.WRITE);
  }

  /** Also the look at its settings at start. */
  List<String> allOperations() {
    List<String> all = new ArrayList<>(operations);
    all.add(AccessRight.DESCRIBE_CONFIGS);
    return all;
  }

  /** The settings that the topic is created with, in the order of a command line. */
  public Map<String, String> settings(int replicationFactor) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(CLEANUP, cleanup.policy());
    settings.put(TIMESTAMPS, BY_BROKER);
    retention.ifPresent(time -> settings.put(RETENTION, String.valueOf(time.toMillis())));
    retention
        .filter(time -> time.compareTo(SHORT) < 0)
        .map(time -> time.dividedBy(SEGMENTS))
        .ifPresent(time -> settings.put(SEGMENT, String.valueOf(time.toMillis())));
    settings.putAll(compaction());
    if (replicationFactor >= ENOUGH_FOR_TWO) {
      settings.put(MIN_IN_SYNC, "2");
    }
    return settings;
  }

  /**
   * What of them is about compaction, in the order of a command line. Invalidations are few, and
   * one per device: how soon these are compacted is left to Kafka.
   */
  Map<String, String> compaction() {
    Map<String, String> settings = new LinkedHashMap<>();
    if (cleanup == Cleanup.COMPACT) {
      settings.put(SEGMENT, String.valueOf(SEGMENT_OF_TOKENS.toMillis()));
      settings.put(DIRTY_RATIO, SHARE_OF_TOKENS);
      settings.put(LONGEST_LAG, String.valueOf(COMPACTION_LAG.toMillis()));
    }
    if (cleanup != Cleanup.DELETE) {
      settings.put(REMOVALS, String.valueOf(REMOVALS_KEPT.toMillis()));
    }
    return settings;
  }

  /** What was found about a topic, or about Kafka as a whole, on one line. */
  public static String line(Finding finding) {
    return (finding.subject().isEmpty() ? "" : "topic " + finding.subject() + " ")
        + finding.found()
        + "; fix: "
        + finding.fix();
  }
}
