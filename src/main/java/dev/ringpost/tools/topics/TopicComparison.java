package dev.ringpost.tools.topics;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.outbox.OutboxSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;

/** A comparison of the settings of a topic that exists with its rule. For one use. */
final class TopicComparison {

  /** Kafka's own default for the largest message, 1 MiB and a batch's header. */
  private static final int KAFKAS_LARGEST = 1_048_588;

  private final Duration longestRing;
  private final TopicRule rule;
  private final int batchBytes;
  private final KafkaCommands commands;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param longestRing {@code ring.max}
   */
  TopicComparison(Kafka kafka, Duration longestRing, TopicRule rule) {
    this.longestRing = longestRing;
    this.rule = rule;
    this.batchBytes = OutboxSettings.batchBytes(kafka.clientProperties());
    this.commands = new KafkaCommands(kafka);
  }

  /** Every difference, each with its fix. */
  List<Finding> with(Config actual) {
    value(actual, TopicRule.CLEANUP)
        .filter(policy -> !rule.cleanup().isMetBy(policy))
        .ifPresent(
            policy ->
                error(
                    "has cleanup.policy="
                        + policy
                        + " but needs "
                        + rule.cleanup().policy()
                        + ", else "
                        + rule.cleanup().harm(),
                    commands.alter(rule.name(), TopicRule.CLEANUP, rule.cleanup().policy())));
    number(actual, TopicRule.RETENTION)
        .filter(millis -> rule.isTooShort(millis, longestRing))
        .ifPresent(millis -> shortRetention(millis));
    number(actual, TopicRule.LARGEST)
        .filter(bytes -> rule.isWritten() && bytes < batchBytes)
        .ifPresent(bytes -> smallMessages(bytes));
    value(actual, TopicRule.TIMESTAMPS)
        .filter(type -> rule.foreignWriters() && !type.equals(TopicRule.BY_BROKER))
        .ifPresent(
            type ->
                warning(
                    "has message.timestamp.type=" + type + ", so a producer's wrong clock counts",
                    commands.alter(rule.name(), TopicRule.TIMESTAMPS, TopicRule.BY_BROKER)));
    compaction(new CompactionComparison(rule, actual));
    return findings;
  }

  private void compaction(CompactionComparison comparison) {
    Map<String, String> slow = comparison.slow();
    if (!slow.isEmpty()) {
      warning(
          "has "
              + KafkaCommands.assigned(slow)
              + ", so that superseded registrations stand for long, and each start reads them",
          commands.alter(rule.name(), comparison.fix(slow)));
    }
    comparison.shortMemory().ifPresent(this::shortMemory);
  }

  private void shortMemory(long millis) {
    String advised = Objects.requireNonNull(rule.compaction().get(TopicRule.REMOVALS));
    warning(
        "has delete.retention.ms="
            + millis
            + ", less than the "
            + advised
            + " that are advised, so that a worker that was cut off for longer misses removals",
        commands.alter(rule.name(), TopicRule.REMOVALS, advised));
  }

  private void shortRetention(long millis) {
    String advised = String.valueOf(rule.retention().orElseThrow().toMillis());
    warning(
        "has retention.ms=" + millis + ", less than the " + advised + " that are advised",
        commands.alter(rule.name(), TopicRule.RETENTION, advised));
  }

  private void smallMessages(long bytes) {
    warning(
        "has max.message.bytes="
            + bytes
            + ", less than a batch of the producer ("
            + batchBytes
            + "), so that writing may stall for minutes",
        commands.alter(rule.name(), TopicRule.LARGEST, String.valueOf(KAFKAS_LARGEST)));
  }

  /** A setting, unless the cluster does not know it: not every one that speaks Kafka is Kafka. */
  static Optional<String> value(Config config, String name) {
    return Optional.ofNullable(config.get(name)).map(ConfigEntry::value);
  }

  /** A setting that is a whole number; Kafka's "never" has nineteen digits. */
  static Optional<Long> number(Config config, String name) {
    try {
      return value(config, name).map(Long::valueOf);
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private void error(String wrong, String fix) {
    findings.add(Finding.failed(rule.name(), wrong, fix));
  }

  private void warning(String wrong, String fix) {
    findings.add(Finding.warning(rule.name(), wrong, fix));
  }
}
