package dev.ringpost.tools.topics;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.tools.topics.TopicAdmin.NoReplyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Compares the topics of the cluster, and what this user may do with them, with what Ringpost needs
 * and names every difference with its fix. It makes missing topics where that is wanted, and never
 * changes one that exists. For one thread; each use is a new one.
 */
public final class TopicCheck {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final Kafka kafka;
  private final Topics topics;
  private final int retries;
  private final Duration longestRing;
  private final Duration patience;
  private final IfMissing ifMissing;
  private final KafkaCommands commands;
  private final List<Finding> findings = new ArrayList<>();

  /** Those that exist and can be seen, in the order of their rules. */
  private final Map<TopicRule, TopicDescription> seen = new LinkedHashMap<>();

  /** How those that exist are set, as far as this user may see it. */
  private final Map<TopicRule, Config> settings = new LinkedHashMap<>();

  /** Those that did not exist, and were made or would be. */
  private final List<TopicRule> added = new ArrayList<>();

  /** Whether the cluster as a whole answered. */
  private boolean answered;

  /**
   * As at a worker's start: it makes missing topics where {@code topics.create} says so.
   *
   * @param patience bound on each of at most four questions to the cluster
   */
  public TopicCheck(RingpostConfig config, Duration patience) {
    this(
        config.kafka(),
        config.topics(),
        config.retry().count(),
        config.ring().max(),
        patience,
        IfMissing.atStart(config.topics()));
  }

  public TopicCheck(
      Kafka kafka,
      Topics topics,
      int retries,
      Duration longestRing,
      Duration patience,
      IfMissing ifMissing) {
    this.kafka = kafka;
    this.topics = topics;
    this.retries = retries;
    this.longestRing = longestRing;
    this.patience = patience;
    this.ifMissing = ifMissing;
    this.commands = new KafkaCommands(kafka);
  }

  /**
   * Checks, and makes what is missing. Empty if all is as it should be. Whatever the cluster says,
   * or does not say, is a finding and no exception.
   */
  public List<Finding> run() {
    try (TopicAdmin admin = new TopicAdmin(kafka.clientProperties(), patience)) {
      List<TopicRule> missing = new ArrayList<>();
      List<TopicRule> present = new ArrayList<>();
      sort(admin, present, missing);
      answered = true;
      switch (ifMissing) {
        case TELL -> missing.forEach(this::missing);
        case MAKE -> present.addAll(create(admin, missing));
        case ASK -> ask(admin, missing);
      }
      settings(admin, present);
    } catch (NoReplyException e) {
      return List.of(noAnswer(e.reason()));
    } catch (KafkaException e) {
      return List.of(noClient(e));
    }
    return List.copyOf(findings);
  }

  private Finding noClient(KafkaException e) {
    return IdentityProvider.of(kafka)
                .map(IdentityProvider::ask)
                .orElse(new IdentityProvider.Answer.Token())
            instanceof IdentityProvider.Answer.Away(String words)
        ? Finding.failed(
            "",
            words,
            "see that it is up and can be reached from here, by the pods' network policy too; a"
                + " worker waits for it")
        : Finding.failed(
            "",
            "Kafka's client refuses its settings: " + words(e),
            "correct kafka.bootstrap-servers or kafka.properties");
  }

  private void sort(TopicAdmin admin, List<TopicRule> present, List<TopicRule> missing)
      throws NoReplyException {
    admin
        .describe(TopicRule.of(topics, retries))
        .forEach(
            (rule, answer) -> {
              switch (answer) {
                case BrokerReply.Given<TopicDescription>(TopicDescription description) -> {
                  present.add(rule);
                  seen.put(rule, description);
                  rights(rule, description.authorizedOperations());
                }
                case BrokerReply.Failed<TopicDescription>(UnknownTopicOrPartitionException _) ->
                    missing.add(rule);
                // Whoever may read or write may describe: this user may do neither.
                case BrokerReply.Failed<TopicDescription>(AuthorizationException _) ->
                    forbidden(rule, rule.operations());
                case BrokerReply.Failed<TopicDescription>(Throwable reason) ->
                    error(rule, "cannot be described: " + words(reason), "ask the cluster's owner");
              }
            });
  }

  /** A cluster without ACLs allows everything; one that does not tell is believed to. */
  private void rights(TopicRule rule, @Nullable Set<AclOperation> allowed) {
    if (allowed == null || allowed.isEmpty()) {
      return;
    }
    List<String> lacking =
        rule.operations().stream()
            .filter(operation -> !allowed.contains(AclOperation.fromString(operation)))
            .toList();
    if (!lacking.isEmpty()) {
      forbidden(rule, lacking);
    }
  }

  private void forbidden(TopicRule rule, List<String> lacking) {
    add(
        lacking.contains(AccessRight.READ) ? Severity.FAILED : Severity.WRITES_WAIT,
        rule,
        "gives this user no right to " + String.join(" and ", lacking),
        commands.allow(rule, lacking));
  }

  private void missing(TopicRule rule) {
    add(
        ifAbsent(rule),
        rule,
        "does not exist",
        commands.create(rule, topics) + " (or write topics.create: true)");
  }

  /** Makes topics; gives back those that somebody else has made meanwhile. */
  private List<TopicRule> create(TopicAdmin admin, List<TopicRule> missing)
      throws NoReplyException {
    List<TopicRule> made = new ArrayList<>();
    List<TopicRule> byOthers = new ArrayList<>();
    admin
        .create(missing, topics, false)
        .forEach(
            (rule, answer) -> {
              switch (answer) {
                case BrokerReply.Given<?> _ -> made.add(rule);
                case BrokerReply.Failed<?>(TopicExistsException _) -> {
                  made.add(rule);
                  byOthers.add(rule);
                }
                case BrokerReply.Failed<?>(Throwable reason) -> notMade(rule, reason);
              }
            });
    awaitVisible(admin, made);
    added.addAll(made);
    return byOthers;
  }

  private void ask(TopicAdmin admin, List<TopicRule> missing) throws NoReplyException {
    admin
        .create(missing, topics, true)
        .forEach(
            (rule, answer) -> {
              switch (answer) {
                case BrokerReply.Given<?> _ -> added.add(rule);
                case BrokerReply.Failed<?>(Throwable reason) -> notMade(rule, reason);
              }
            });
  }

  /** Those that exist and can be seen, once it has run, in the order of their rules. */
  public Map<TopicRule, TopicDescription> seen() {
    return seen;
  }

  /** A number that a topic is set to, if it could be seen. */
  public Optional<Long> setting(TopicRule rule, String name) {
    return Optional.ofNullable(settings.get(rule))
        .flatMap(actual -> TopicComparison.number(actual, name));
  }

  /** Those that were made, or would be. */
  List<TopicRule> added() {
    return added;
  }

  /** Whether Kafka answered at all, once it has run. */
  public boolean answered() {
    return answered;
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
    add(ifAbsent(rule), rule, "does not exist and could not be made: " + words(reason), fix);
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

  /** A made topic is known to every broker a moment later; who asks before finds it missing. */
  private void awaitVisible(TopicAdmin admin, List<TopicRule> made) throws NoReplyException {
    long start = System.nanoTime();
    List<TopicRule> unseen = made;
    while (!unseen.isEmpty()) {
      unseen =
          admin.describe(unseen).entrySet().stream()
              .filter(entry -> entry.getValue() instanceof BrokerReply.Failed<?>)
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

  private void settings(TopicAdmin admin, List<TopicRule> present) throws NoReplyException {
    admin
        .settings(present)
        .forEach(
            (rule, answer) -> {
              switch (answer) {
                case BrokerReply.Given<Config>(Config actual) -> {
                  settings.put(rule, actual);
                  findings.addAll(new TopicComparison(kafka, longestRing, rule).with(actual));
                }
                case BrokerReply.Failed<Config>(AuthorizationException _) ->
                    warning(
                        rule,
                        "gives this user no right to DescribeConfigs, so that its settings are not"
                            + " seen",
                        commands.allow(rule, List.of(AccessRight.DESCRIBE_CONFIGS)));
                case BrokerReply.Failed<Config>(Throwable reason) ->
                    warning(
                        rule,
                        "does not show its settings: " + words(reason),
                        "ask the cluster's owner");
              }
            });
  }

  private Finding noAnswer(Throwable reason) {
    String cluster = "Kafka at " + kafka.bootstrapList();
    return reason instanceof AuthenticationException
        ? Finding.failed(
            "",
            cluster + " rejected the login: " + words(reason),
            "correct the security settings in kafka.properties")
        : Finding.failed(
            "",
            cluster
                + " gave no answer within "
                + patience.toSeconds()
                + " s: "
                + new BrokerAddresses(kafka).seen(),
            "check kafka.bootstrap-servers, the brokers' advertised.listeners, the network and"
                + " kafka.properties.security.protocol");
  }

  /** The innermost reason that has words, on one line. */
  public static String words(Throwable failure) {
    String words = failure.getClass().getSimpleName();
    for (Throwable at = failure; at != null; at = at.getCause()) {
      String message = at.getMessage();
      if (message != null && !message.isBlank()) {
        words = message.replaceAll("\\s+", " ").strip();
      }
    }
    return words;
  }

  private void add(Severity severity, TopicRule rule, String wrong, String fix) {
    findings.add(new Finding(severity, rule.name(), wrong, fix));
  }

  private void error(TopicRule rule, String wrong, String fix) {
    add(Severity.FAILED, rule, wrong, fix);
  }

  private void warning(TopicRule rule, String wrong, String fix) {
    findings.add(Finding.warning(rule.name(), wrong, fix));
  }
}
