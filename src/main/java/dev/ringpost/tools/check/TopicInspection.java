package dev.ringpost.tools.check;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.tools.topics.IfMissing;
import dev.ringpost.tools.topics.KafkaCommands;
import dev.ringpost.tools.topics.TopicCheck;
import dev.ringpost.tools.topics.TopicRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * A comparison of the topics with what Ringpost needs, with lines about each. Needs nothing of
 * Apple's, so it may run where no credential is. For one use, on one thread.
 */
public final class TopicInspection {

  private static final String TOPIC = "topic";
  private static final String KAFKA = "kafka";

  private final Kafka kafka;
  private final Topics topics;
  private final List<TopicRule> rules;
  private final Function<IfMissing, TopicCheck> checks;

  /**
   * @param retries how many retries the ladder has
   * @param longestRing {@code ring.max}
   * @param patience bound on each question to Kafka
   */
  TopicInspection(
      Kafka kafka, Topics topics, int retries, Duration longestRing, Duration patience) {
    this(
        kafka,
        topics,
        TopicRule.of(topics, retries),
        ifMissing -> new TopicCheck(kafka, topics, retries, longestRing, patience, ifMissing));
  }

  /**
   * An inspection of all that a worker with this configuration uses.
   *
   * @param patience bound on each question to Kafka
   */
  TopicInspection(RingpostConfig config, Duration patience) {
    this(
        config.kafka(),
        config.topics(),
        TopicRule.of(config),
        ifMissing -> new TopicCheck(config, patience, ifMissing));
  }

  private TopicInspection(
      Kafka kafka, Topics topics, List<TopicRule> rules, Function<IfMissing, TopicCheck> checks) {
    this.kafka = kafka;
    this.topics = topics;
    this.rules = rules;
    this.checks = checks;
  }

  /** An inspection of the topics that a gateway uses, and of its rights to them. */
  static TopicInspection ofGateway(Kafka kafka, Topics topics, Duration patience) {
    return new TopicInspection(
        kafka,
        topics,
        TopicRule.ofGateway(topics),
        _ -> TopicCheck.ofGateway(kafka, topics, patience));
  }

  /** An inspection of the topics that {@code ringpost health} uses, and of its rights to them. */
  static TopicInspection ofHealth(Kafka kafka, Topics topics, Duration patience) {
    return new TopicInspection(
        kafka,
        topics,
        TopicRule.ofHealth(topics),
        _ -> TopicCheck.ofHealth(kafka, topics, patience));
  }

  /** An inspection of the topics of {@code ringpost synthetic}, and of its rights to them. */
  static TopicInspection ofSynthetic(Kafka kafka, Topics topics, Duration patience) {
    return new TopicInspection(
        kafka,
        topics,
        TopicRule.ofSynthetic(topics),
        _ -> TopicCheck.ofSynthetic(kafka, topics, patience));
  }

  /**
   * An inspection for this configuration, without its part about Apple.
   *
   * @throws InvalidConfigException if a room or a Kafka client refuses its settings
   */
  public static TopicInspection of(RingpostConfig config) throws InvalidConfigException {
    SettingsCheck.requireWithoutApple(config);
    return new TopicInspection(config);
  }

  /** One with the patience of the check. */
  public TopicInspection(RingpostConfig config) {
    this(config, Check.PATIENCE);
  }

  /**
   * Looks at all topics.
   *
   * @param create whether missing ones are created, whatever the configuration says
   */
  public CheckReport report(boolean create) {
    List<CheckLine> lines = new ArrayList<>();
    var _ = tell(create ? IfMissing.CREATE : IfMissing.TELL, lines);
    return new CheckReport(lines);
  }

  /** Adds what there is to tell; returns what was seen. */
  TopicCheck tell(IfMissing ifMissing, List<CheckLine> lines) {
    TopicCheck check = checks.apply(ifMissing);
    List<Finding> findings = check.run();
    if (check.answered()) {
      lines.add(CheckLine.ok(KAFKA, "", kafka.bootstrapList() + " answers"));
    }
    for (TopicRule rule : rules) {
      List<Finding> about =
          findings.stream().filter(finding -> finding.subject().equals(rule.name())).toList();
      about.forEach(finding -> lines.add(new CheckLine(TOPIC, finding)));
      List<CheckLine> replicas = replicas(check, rule);
      lines.addAll(replicas);
      if (about.isEmpty() && replicas.isEmpty() && check.answered()) {
        lines.add(CheckLine.ok(TOPIC, rule.name(), state(check, rule, ifMissing)));
      }
    }
    findings.stream()
        .filter(finding -> finding.subject().isEmpty())
        .forEach(finding -> lines.add(new CheckLine(KAFKA, finding)));
    return check;
  }

  private List<CheckLine> replicas(TopicCheck check, TopicRule rule) {
    TopicDescription seen = check.seen().get(rule);
    return seen == null
        ? List.of()
        : new ReplicaCheck(
                rule, seen, check.setting(rule, TopicRule.MIN_IN_SYNC), new KafkaCommands(kafka))
            .lines();
  }

  private String state(TopicCheck check, TopicRule rule, IfMissing ifMissing) {
    TopicDescription seen = check.seen().get(rule);
    if (seen != null) {
      return CheckLine.count(seen.partitions().size(), "partition")
          + ", "
          + CheckLine.count(seen.partitions().getFirst().replicas().size(), "replica")
          + "; this user may "
          + String.join(" and ", rule.operations());
    }
    return ifMissing == IfMissing.CREATE
        ? "created, with " + CheckLine.count(topics.partitions(), "partition")
        : "does not exist yet; a worker creates it at start, and may";
  }
}
