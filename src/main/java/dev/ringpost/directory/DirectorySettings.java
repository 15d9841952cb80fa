package dev.ringpost.directory;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.directory.snapshot.SnapshotSettings;
import dev.ringpost.directory.table.CompactTable;
import dev.ringpost.directory.table.OneOwnerTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the directory.
 *
 * @param tokensTopic the topic of registrations
 * @param invalidationsTopic the topic of dead tokens
 * @param signalsTopic the topic of what call servers tell of their calls
 * @param kafkaProperties client properties such as {@code bootstrap.servers}; those that decide
 *     what is read and from where are the directory's own and overrule them
 * @param oneUserPerToken whether a token that is registered more than once rings only where it was
 *     registered last; see {@link OneOwnerTable}
 * @param maxBehind for how long the view of tokens may not have been at the end of its topic before
 *     a missing device means nothing
 * @param topicCheck time between two looks at a topic's partitions and id
 * @param tombstoneMemory how long a removed device is remembered; see {@link CompactTable}
 * @param signalMemory how far back signals are read at start, how long they are remembered at
 *     least, and half of how long they are at most: as long as a call may ring
 * @param deviceHealthTopic the topic of devices that do not ring; empty if there is none
 * @param snapshots where the tables are kept for the next start; empty if they are not
 */
public record DirectorySettings(
    String tokensTopic,
    String invalidationsTopic,
    String signalsTopic,
    Map<String, Object> kafkaProperties,
    boolean oneUserPerToken,
    Duration maxBehind,
    Duration topicCheck,
    Duration tombstoneMemory,
    Duration signalMemory,
    Optional<String> deviceHealthTopic,
    Optional<SnapshotSettings> snapshots) {

  /**
   * For how long an invalidation counts, by its record's timestamp: what its topic is to keep.
   * Kafka deletes by whole segments and a worker reads only once, so that without it those who
   * started earlier would hold, and count, what others never see. One that is forgotten costs one
   * more push to a dead token.
   */
  public static final Duration INVALIDATIONS_KEPT = Duration.ofDays(90);

  public static final Duration DEFAULT_MAX_BEHIND = Duration.ofSeconds(2);
  public static final Duration DEFAULT_TOPIC_CHECK = Duration.ofSeconds(10);
  public static final Duration DEFAULT_TOMBSTONE_MEMORY = Duration.ofHours(1);

  public DirectorySettings {
    requireName("topics.tokens", tokensTopic);
    requireName("topics.invalidations", invalidationsTopic);
    requireName("topics.signals", signalsTopic);
    requireOther("topics.tokens", tokensTopic, "topics.invalidations", invalidationsTopic);
    requireOther("topics.tokens", tokensTopic, "topics.signals", signalsTopic);
    requireOther("topics.invalidations", invalidationsTopic, "topics.signals", signalsTopic);
    kafkaProperties = Map.copyOf(kafkaProperties);
    requirePositive("maxBehind", maxBehind);
    requirePositive("topicCheck", topicCheck);
    requirePositive("tombstoneMemory", tombstoneMemory);
    requirePositive("ring.max", signalMemory);
  }

  /** Settings with the default times, and without snapshots. */
  public static DirectorySettings of(
      String tokensTopic,
      String invalidationsTopic,
      String signalsTopic,
      Duration signalMemory,
      Map<String, Object> kafkaProperties,
      boolean oneUserPerToken) {
    return new DirectorySettings(
        tokensTopic,
        invalidationsTopic,
        signalsTopic,
        kafkaProperties,
        oneUserPerToken,
        DEFAULT_MAX_BEHIND,
        DEFAULT_TOPIC_CHECK,
        DEFAULT_TOMBSTONE_MEMORY,
        signalMemory,
        Optional.empty(),
        Optional.empty());
  }

  /** The same with snapshots. */
  public DirectorySettings with(SnapshotSettings kept) {
    return new DirectorySettings(
        tokensTopic,
        invalidationsTopic,
        signalsTopic,
        kafkaProperties,
        oneUserPerToken,
        maxBehind,
        topicCheck,
        tombstoneMemory,
        signalMemory,
        deviceHealthTopic,
        Optional.of(kept));
  }

  /** The same with a topic of devices that do not ring, if there is one. */
  public DirectorySettings withDeviceHealth(Optional<String> topic) {
    return new DirectorySettings(
        tokensTopic,
        invalidationsTopic,
        signalsTopic,
        kafkaProperties,
        oneUserPerToken,
        maxBehind,
        topicCheck,
        tombstoneMemory,
        signalMemory,
        topic,
        snapshots);
  }

  /** What the readers of the topics are made with; values may be passwords. */
  public Map<String, Object> readerProperties() {
    return ReaderProperties.of(kafkaProperties);
  }

  /** What the watchers of the topics are made with; values may be passwords. */
  public Map<String, Object> adminProperties() {
    return TopicPoller.properties(kafkaProperties);
  }

  private static void requireName(String key, String topic) {
    InvalidSettingsException.require(!topic.isBlank(), key, "must name a topic");
  }

  private static void requireOther(String key, String topic, String otherKey, String other) {
    if (topic.equals(other)) {
      throw new InvalidSettingsException(
          List.of(
              Finding.failed(
                  otherKey,
                  "must be another topic than " + key + ", not " + topic,
                  "give each topic a name of its own")));
    }
  }

  private static void requirePositive(String name, Duration time) {
    InvalidSettingsException.require(
        time.isPositive(), name, "must be longer than nothing, not " + time);
  }

  /** The names of the client properties only: values may be passwords. */
  @Override
  public String toString() {
    return "DirectorySettings[tokensTopic="
        + tokensTopic
        + ", invalidationsTopic="
        + invalidationsTopic
        + ", signalsTopic="
        + signalsTopic
        + ", kafkaProperties="
        + kafkaProperties.keySet()
        + ", oneUserPerToken="
        + oneUserPerToken
        + ", maxBehind="
        + maxBehind
        + ", topicCheck="
        + topicCheck
        + ", tombstoneMemory="
        + tombstoneMemory
        + ", signalMemory="
        + signalMemory
        + ", snapshots="
        + snapshots
        + "]";
  }
}
