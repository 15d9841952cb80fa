package dev.ringpost.directory;

import java.time.Duration;
import java.util.Map;

/**
 * What the directory needs to know.
 *
 * @param tokensTopic the topic of registrations
 * @param invalidationsTopic the topic of dead tokens
 * @param kafkaProperties client properties such as {@code bootstrap.servers}; those that decide
 *     what is read and from where are the directory's own and overrule them
 * @param maxBehind for how long the view of tokens may not have been at the end of its topic before
 *     a missing device means nothing
 * @param topicCheck time between two looks at a topic's partitions and id
 * @param voidMemory how long a removed device is remembered; see {@link CompactTable}
 */
public record DirectorySettings(
    String tokensTopic,
    String invalidationsTopic,
    Map<String, Object> kafkaProperties,
    Duration maxBehind,
    Duration topicCheck,
    Duration voidMemory) {

  /**
   * For how long an invalidation counts, by its record's timestamp: what its topic is to keep.
   * Kafka deletes by whole segments and a worker reads only once, so that without it those who
   * started earlier would hold, and count, what others never see. One that is forgotten costs one
   * more push to a dead token.
   */
  public static final Duration INVALIDATIONS_KEPT = Duration.ofDays(90);

  public static final Duration DEFAULT_MAX_BEHIND = Duration.ofSeconds(2);
  public static final Duration DEFAULT_TOPIC_CHECK = Duration.ofSeconds(10);
  public static final Duration DEFAULT_VOID_MEMORY = Duration.ofHours(1);

  public DirectorySettings {
    requireName("topics.tokens", tokensTopic);
    requireName("topics.invalidations", invalidationsTopic);
    if (tokensTopic.equals(invalidationsTopic)) {
      throw new IllegalArgumentException(
          "topics.tokens and topics.invalidations must be two topics, not both " + tokensTopic);
    }
    kafkaProperties = Map.copyOf(kafkaProperties);
    requirePositive("maxBehind", maxBehind);
    requirePositive("topicCheck", topicCheck);
    requirePositive("voidMemory", voidMemory);
  }

  /** Settings with the default times. */
  public static DirectorySettings of(
      String tokensTopic, String invalidationsTopic, Map<String, Object> kafkaProperties) {
    return new DirectorySettings(
        tokensTopic,
        invalidationsTopic,
        kafkaProperties,
        DEFAULT_MAX_BEHIND,
        DEFAULT_TOPIC_CHECK,
        DEFAULT_VOID_MEMORY);
  }

  /** What the readers of the topics are made with; values may be passwords. */
  public Map<String, Object> readerProperties() {
    return TopicReading.properties(kafkaProperties);
  }

  /** What the watchers of the topics are made with; values may be passwords. */
  public Map<String, Object> adminProperties() {
    return TopicWatch.properties(kafkaProperties);
  }

  private static void requireName(String key, String topic) {
    if (topic.isBlank()) {
      throw new IllegalArgumentException(key + " must name a topic");
    }
  }

  private static void requirePositive(String name, Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException(name + " must be longer than nothing, not " + time);
    }
  }

  /** The names of the client properties only: values may be passwords. */
  @Override
  public String toString() {
    return "DirectorySettings[tokensTopic="
        + tokensTopic
        + ", invalidationsTopic="
        + invalidationsTopic
        + ", kafkaProperties="
        + kafkaProperties.keySet()
        + ", maxBehind="
        + maxBehind
        + ", topicCheck="
        + topicCheck
        + ", voidMemory="
        + voidMemory
        + "]";
  }
}
