package dev.ringpost.tools;

import dev.ringpost.call.Secret;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.outbox.OutboxSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;

/** Compares the settings of a topic that exists with its rule. For one use. */
final class TopicComparison {

  private static final String BATCH_SIZE = "batch.size";

  /** Kafka's own default for the largest message, 1 MiB and a batch's header. */
  private static final int KAFKAS_LARGEST = 1_048_588;

  private final Kafka kafka;
  private final TopicRule rule;
  private final KafkaCommands commands;
  private final List<TopicFinding> findings = new ArrayList<>();

  TopicComparison(Kafka kafka, TopicRule rule) {
    this.kafka = kafka;
    this.rule = rule;
    this.commands = new KafkaCommands(kafka);
  }

  /** Every difference, each with its fix. */
  List<TopicFinding> with(Config actual) {
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
    value(actual, TopicRule.RETENTION)
        .map(Long::valueOf)
        .filter(rule::isTooShort)
        .ifPresent(millis -> shortRetention(millis));
    value(actual, TopicRule.LARGEST)
        .map(Long::valueOf)
        .filter(bytes -> rule.isWritten() && bytes < batchBytes())
        .ifPresent(bytes -> smallMessages(bytes));
    value(actual, TopicRule.TIMESTAMPS)
        .filter(type -> rule.foreignWriters() && !type.equals(TopicRule.BY_BROKER))
        .ifPresent(
            type ->
                warning(
                    "has message.timestamp.type=" + type + ", so a producer's wrong clock counts",
                    commands.alter(rule.name(), TopicRule.TIMESTAMPS, TopicRule.BY_BROKER)));
    return findings;
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
            + batchBytes()
            + "), so that writing may stall for minutes",
        commands.alter(rule.name(), TopicRule.LARGEST, String.valueOf(KAFKAS_LARGEST)));
  }

  /** What the producer sends together at most; one that a provider hides is taken for ours. */
  private long batchBytes() {
    return Optional.ofNullable(kafka.properties().get(BATCH_SIZE))
        .map(Secret::reveal)
        .filter(size -> size.matches("\\d{1,9}"))
        .map(Long::valueOf)
        .orElse((long) OutboxSettings.BATCH_BYTES);
  }

  /** A setting, unless the cluster does not know it: not every one that speaks Kafka is Kafka. */
  private static Optional<String> value(Config config, String name) {
    return Optional.ofNullable(config.get(name)).map(ConfigEntry::value);
  }

  private void error(String wrong, String fix) {
    findings.add(TopicFinding.error(rule.name(), wrong, fix));
  }

  private void warning(String wrong, String fix) {
    findings.add(TopicFinding.warning(rule.name(), wrong, fix));
  }
}
