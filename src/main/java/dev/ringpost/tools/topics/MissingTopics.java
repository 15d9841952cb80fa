package dev.ringpost.tools.topics;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.tools.topics.TopicAdmin.NoReplyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * The topics that do not exist: named, created, or put to the cluster as a question. Somebody else,
 * another worker for the most part, may create them at the same moment. For one use, on one thread.
 */
final class MissingTopics {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final TopicAdmin admin;
  private final Topics topics;
  private final int retries;
  private final Duration patience;
  private final KafkaCommands commands;
  private final List<Finding> findings = new ArrayList<>();

  /** Those that somebody else has created meanwhile. */
  private final List<TopicRule> byOthers = new ArrayList<>();

  /**
   * @param retries how many retries the ladder has
   * @param patience bound on the wait until a created topic is seen
   */
  MissingTopics(
      TopicAdmin admin, Topics topics, int retries, Duration patience, KafkaCommands commands) {
    this.admin = admin;
    this.topics = topics;
    this.retries = retries;
    this.patience = patience;
    this.commands = commands;
  }

  /**
   * Does what is wanted about topics that were not there a moment ago.
   *
   * @return those that are there all the same, for somebody else has created them meanwhile
   */
  List<TopicRule> handle(List<TopicRule> missing, IfMissing ifMissing) throws NoReplyException {
    switch (ifMissing) {
      case TELL -> missing.forEach(this::tell);
      case CREATE -> awaitVisible(createdOf(missing, false));
      case ASK -> {
        var _ = createdOf(missing, true);
        awaitVisible(byOthers);
      }
    }
    return byOthers;
  }

  /** What is to be said of those that are not there. */
  List<Finding> findings() {
    return findings;
  }

  private void tell(TopicRule rule) {
    findings.add(
        new Finding(
            ifAbsent(rule),
            rule.name(),
            "does not exist",
            commands.create(rule, topics) + " (or write topics.create: true)"));
  }

  /**
   * Those that exist now, or would.
   *
   * @param dry whether the cluster is only asked
   */
  private List<TopicRule> createdOf(List<TopicRule> missing, boolean dry) throws NoReplyException {
    List<TopicRule> created = new ArrayList<>();
    admin
        .create(missing, topics, dry)
        .forEach(
            (rule, answer) -> {
              switch (answer) {
                case BrokerReply.Given<?> _ -> created.add(rule);
                case BrokerReply.Failed<?>(TopicExistsException _) -> {
                  created.add(rule);
                  byOthers.add(rule);
                }
                case BrokerReply.Failed<?>(Throwable reason) -> notCreated(rule, reason);
              }
            });
    return created;
  }

  private void notCreated(TopicRule rule, Throwable reason) {
    String command = commands.create(rule, topics);
    String fix =
        switch (reason) {
          case InvalidReplicationFactorException _ ->
              "set topics.replication-factor to at most the number of brokers, or add brokers";
          case AuthorizationException _ ->
              "allow Create to this user, or let the cluster's owner run " + command;
          default -> "let the cluster's owner run " + command;
        };
    findings.add(
        new Finding(
            ifAbsent(rule),
            rule.name(),
            "does not exist and could not be created: " + FailureWords.of(reason),
            fix));
  }

  /**
   * How bad it is that a topic is not there. A worker that is started while an output is away must
   * ring phones as one does that was started before; only what it reads must be there. Retry topics
   * are read as they appear.
   */
  private Severity ifAbsent(TopicRule rule) {
    boolean isRead = rule.operations().contains(AccessRight.READ);
    return isRead && !topics.retries(retries).contains(rule.name())
        ? Severity.FAILED
        : Severity.WRITES_WAIT;
  }

  /** A created topic is known to every broker a moment later; who asks before finds it missing. */
  private void awaitVisible(List<TopicRule> created) throws NoReplyException {
    long start = System.nanoTime();
    List<TopicRule> unseen = created;
    while (!unseen.isEmpty()) {
      unseen =
          admin.describe(unseen).entrySet().stream()
              .filter(entry -> !isSeen(entry.getKey(), entry.getValue()))
              .map(Map.Entry::getKey)
              .toList();
      if (System.nanoTime() - start > patience.toNanos()) {
        for (TopicRule rule : unseen) {
          findings.add(
              Finding.failed(rule.name(), "was created but is not seen yet", "start once more"));
        }
        return;
      }
      if (!unseen.isEmpty()) {
        LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      }
    }
  }

  /** Whoever may not look at a topic of others hears so when it is looked at. */
  private boolean isSeen(TopicRule rule, BrokerReply<?> answer) {
    return switch (answer) {
      case BrokerReply.Given<?> _ -> true;
      case BrokerReply.Failed<?>(AuthorizationException _) -> byOthers.contains(rule);
      case BrokerReply.Failed<?> _ -> false;
    };
  }
}
