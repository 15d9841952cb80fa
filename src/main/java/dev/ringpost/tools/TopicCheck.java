package dev.ringpost.tools;

import dev.ringpost.call.Secret;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.outbox.OutboxSettings;
import dev.ringpost.tools.TopicAdmin.NoAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Compares the topics of the cluster with what Ringpost needs and names every difference with its
 * fix. It makes missing topics where {@code topics.create} says so, and never changes one that
 * exists. For one thread; each use is a new one.
 */
public final class TopicCheck {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private static final String BATCH_SIZE = "batch.size";

  /** Kafka's own default for the largest message, 1 MiB and a batch's header. */
  private static final int KAFKAS_LARGEST = 1_048_588;

  private final Kafka kafka;
  private final Topics topics;
  private final Duration patience;
  private final KafkaCommands commands;
  private final List<TopicFinding> findings = new ArrayList<>();

  /**
   * @param patience bound on each of at most four questions to the cluster
   */
  public TopicCheck(Kafka kafka, Topics topics, Duration patience) {
    this.kafka = kafka;
    this.topics = topics;
    this.patience = patience;
    this.commands = new KafkaCommands(kafka);
  }

  /**
   * Checks, and makes what is missing. Empty if all is as it should be. Whatever the cluster says,
   * or does not say, is a finding and no exception.
   */
  public List<TopicFinding> run() {
    try (TopicAdmin admin = new TopicAdmin(kafka.clientProperties(), patience)) {
      List<TopicRule> missing = new ArrayList<>();
      List<TopicRule> present = new ArrayList<>();
      sort(admin, present, missing);
      if (topics.create()) {
        present.addAll(create(admin, missing));
      } else {
        missing.forEach(this::missing);
      }
      settings(admin, present);
    } catch (NoAnswer e) {
      return List.of(noAnswer(e.reason()));
    } catch (KafkaException e) {
      return List.of(
          TopicFinding.error(
              "",
              "Kafka's client refuses its settings: " + words(e),
              "correct kafka.bootstrap-servers or kafka.properties"));
    }
    return List.copyOf(findings);
  }

  private void sort(TopicAdmin admin, List<TopicRule> present, List<TopicRule> missing)
      throws NoAnswer {
    admin
        .describe(TopicRule.of(topics))
        .forEach(
            (rule, answer) -> {
              switch (answer) {
                case Answer.Given<?> _ -> present.add(rule);
                case Answer.Failed<?>(UnknownTopicOrPartitionException _) -> missing.add(rule);
                case Answer.Failed<?>(AuthorizationException _) ->
                    error(rule, "may not be described by this user", commands.allow(rule));
                case Answer.Failed<?>(Throwable reason) ->
                    error(rule, "cannot be described: " + words(reason), "ask the cluster's owner");
              }
            });
  }

  private void missing(TopicRule rule) {
    error(
        rule, "does not exist", commands.create(rule, topics) + " (or write topics.create: true)");
  }

  /** Makes topics; gives back those that somebody else has made meanwhile. */
  private List<TopicRule> create(TopicAdmin admin, List<TopicRule> missing) throws NoAnswer {
    List<TopicRule> made = new ArrayList<>();
    List<TopicRule> byOthers = new ArrayList<>();
    admin
        .create(missing, topics)
        .forEach(
            (rule, answer) -> {
              switch (answer) {
                case Answer.Given<?> _ -> made.add(rule);
                case Answer.Failed<?>(TopicExistsException _) -> {
                  made.add(rule);
                  byOthers.add(rule);
                }
                case Answer.Failed<?>(Throwable reason) -> notMade(rule, reason);
              }
            });
    awaitVisible(admin, made);
    return byOthers;
  }

  private void notMade(TopicRule rule, Throwable reason) {
    String command = commands.create(rule, topics);
    String fix =
        switch (reason) {
          case InvalidReplicationFactorException _ ->
              "set topics.replication-factor to at most the number of brokers, or add brokers";
          case AuthorizationException _ ->
              "allow Create to this user, or let the cluster's owner run " + command;
          default -> "let the cluster's owner run " + command;
        };
    error(rule, "does not exist and could not be made: " + words(reason), fix);
  }

  /** A made topic is known to every broker a moment later; who asks before finds it missing. */
  private void awaitVisible(TopicAdmin admin, List<TopicRule> made) throws NoAnswer {
    long start = System.nanoTime();
    List<TopicRule> unseen = made;
    while (!unseen.isEmpty()) {
      unseen =
          admin.describe(unseen).entrySet().stream()
              .filter(entry -> entry.getValue() instanceof Answer.Failed<?>)
              .map(Map.Entry::getKey)
              .toList();
      if (System.nanoTime() - start > patience.toNanos()) {
        unseen.forEach(rule -> error(rule, "was made but is not seen yet", "start once more"));
        return;
      }
      if (!unseen.isEmpty()) {
        LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      }
    }
  }

  private void settings(TopicAdmin admin, List<TopicRule> present) throws NoAnswer {
    admin
        .settings(present)
        .forEach(
            (rule, answer) -> {
              switch (answer) {
                case Answer.Given<Config>(Config actual) -> compare(rule, actual);
                case Answer.Failed<Config>(Throwable reason) ->
                    warning(
                        rule,
                        "does not show its settings to this user: " + words(reason),
                        commands.allow(rule));
              }
            });
  }

  private void compare(TopicRule rule, Config actual) {
    value(actual, TopicRule.CLEANUP)
        .filter(policy -> !rule.cleanup().isMetBy(policy))
        .ifPresent(
            policy ->
                error(
                    rule,
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
        .ifPresent(millis -> shortRetention(rule, millis));
    value(actual, TopicRule.LARGEST)
        .map(Long::valueOf)
        .filter(bytes -> rule.isWritten() && bytes < batchBytes())
        .ifPresent(bytes -> smallMessages(rule, bytes));
    value(actual, TopicRule.TIMESTAMPS)
        .filter(type -> rule.foreignWriters() && !type.equals(TopicRule.BY_BROKER))
        .ifPresent(
            type ->
                warning(
                    rule,
                    "has message.timestamp.type=" + type + ", so a producer's wrong clock counts",
                    commands.alter(rule.name(), TopicRule.TIMESTAMPS, TopicRule.BY_BROKER)));
  }

  private void shortRetention(TopicRule rule, long millis) {
    String advised = String.valueOf(rule.retention().orElseThrow().toMillis());
    warning(
        rule,
        "has retention.ms=" + millis + ", less than the " + advised + " that are advised",
        commands.alter(rule.name(), TopicRule.RETENTION, advised));
  }

  private void smallMessages(TopicRule rule, long bytes) {
    warning(
        rule,
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

  private TopicFinding noAnswer(Throwable reason) {
    String cluster = "Kafka at " + kafka.bootstrapList();
    return reason instanceof AuthenticationException
        ? TopicFinding.error(
            "",
            cluster + " lets us not in: " + words(reason),
            "correct the security settings in kafka.properties")
        : TopicFinding.error(
            "",
            cluster + " gave no answer within " + patience.toSeconds() + " s",
            "check kafka.bootstrap-servers, the network and kafka.properties.security.protocol");
  }

  /** The innermost reason that has words, on one line. */
  private static String words(Throwable failure) {
    String words = failure.getClass().getSimpleName();
    for (Throwable at = failure; at != null; at = at.getCause()) {
      String message = at.getMessage();
      if (message != null && !message.isBlank()) {
        words = message.replaceAll("\\s+", " ").strip();
      }
    }
    return words;
  }

  private void error(TopicRule rule, String wrong, String fix) {
    findings.add(TopicFinding.error(rule.name(), wrong, fix));
  }

  private void warning(TopicRule rule, String wrong, String fix) {
    findings.add(TopicFinding.warning(rule.name(), wrong, fix));
  }
}
