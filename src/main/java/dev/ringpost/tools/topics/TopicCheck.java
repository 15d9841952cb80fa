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
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * A comparison of the topics of the cluster, and of what this user may do with them, with what
 * Ringpost needs. It names every difference with its fix. It creates missing topics where that is
 * wanted, and never changes one that exists. For one thread; each use is a new one.
 */
public final class TopicCheck {

  private final Kafka kafka;
  private final Topics topics;
  private final List<TopicRule> rules;
  private final int retries;
  private final Optional<Duration> longestRing;
  private final Duration patience;
  private final IfMissing ifMissing;
  private final KafkaCommands commands;
  private final List<Finding> findings = new ArrayList<>();

  /** Those that exist and can be seen, in the order of their rules. */
  private final Map<TopicRule, TopicDescription> seen = new LinkedHashMap<>();

  /** How those that exist are set, as far as this user may see it. */
  private final Map<TopicRule, Config> settings = new LinkedHashMap<>();

  /** Whether the cluster as a whole answered. */
  private boolean answered;

  /**
   * As at a worker's start: it creates missing topics where {@code topics.create} says so.
   *
   * @param patience bound on each of at most four questions to the cluster
   */
  public TopicCheck(RingpostConfig config, Duration patience) {
    this(config, patience, IfMissing.atStart(config.topics()));
  }

  public TopicCheck(RingpostConfig config, Duration patience, IfMissing ifMissing) {
    this(
        config.kafka(),
        config.topics(),
        TopicRule.of(config),
        config.retry().count(),
        Optional.of(config.ring().max()),
        patience,
        ifMissing,
        new KafkaCommands(config.kafka()));
  }

  public TopicCheck(
      Kafka kafka,
      Topics topics,
      int retries,
      Duration longestRing,
      Duration patience,
      IfMissing ifMissing) {
    this(
        kafka,
        topics,
        TopicRule.of(topics, retries),
        retries,
        Optional.of(longestRing),
        patience,
        ifMissing,
        new KafkaCommands(kafka));
  }

  /**
   * @param longestRing {@code ring.max}, by which settings are judged; without it none are looked
   *     at
   */
  private TopicCheck(
      Kafka kafka,
      Topics topics,
      List<TopicRule> rules,
      int retries,
      Optional<Duration> longestRing,
      Duration patience,
      IfMissing ifMissing,
      KafkaCommands commands) {
    this.kafka = kafka;
    this.topics = topics;
    this.rules = rules;
    this.retries = retries;
    this.longestRing = longestRing;
    this.patience = patience;
    this.ifMissing = ifMissing;
    this.commands = commands;
  }

  /**
   * A check of the topics that a gateway uses: whether they are there and it may use them. Their
   * settings are the workers' business, and the gateway's user need not see them.
   *
   * @param patience bound on each of at most two questions to the cluster
   */
  public static TopicCheck ofGateway(Kafka kafka, Topics topics, Duration patience) {
    return ofService(
        kafka, topics, TopicRule.ofGateway(topics), patience, KafkaCommands.ofGateway(kafka));
  }

  /** The same for the topics that {@code ringpost health} uses. */
  public static TopicCheck ofHealth(Kafka kafka, Topics topics, Duration patience) {
    return ofService(
        kafka, topics, TopicRule.ofHealth(topics), patience, KafkaCommands.ofHealth(kafka));
  }

  /** The same for the topics that {@code ringpost synthetic} uses. */
  public static TopicCheck ofSynthetic(Kafka kafka, Topics topics, Duration patience) {
    return ofService(
        kafka, topics, TopicRule.ofSynthetic(topics), patience, KafkaCommands.ofSynthetic(kafka));
  }

  /** The same for the topics that a shadow uses; it creates none, whatever is configured. */
  public static TopicCheck ofShadow(Kafka kafka, Topics topics, Duration patience) {
    return ofService(
        kafka, topics, TopicRule.ofShadow(topics), patience, KafkaCommands.ofShadow(kafka));
  }

  private static TopicCheck ofService(
      Kafka kafka,
      Topics topics,
      List<TopicRule> rules,
      Duration patience,
      KafkaCommands commands) {
    return new TopicCheck(
        kafka, topics, rules, 0, Optional.empty(), patience, IfMissing.TELL, commands);
  }

  /**
   * Checks, and creates what is missing. Empty if all is as it should be. Whatever the cluster
   * says, or does not say, is a finding and no exception.
   */
  public List<Finding> run() {
    try (TopicAdmin admin = new TopicAdmin(kafka.clientProperties(), patience)) {
      return run(admin);
    } catch (NoReplyException e) {
      return List.of(noAnswer(e.reason()));
    } catch (KafkaException e) {
      return List.of(noClient(e));
    }
  }

  /** The same, through a client that the caller closes. */
  List<Finding> run(TopicAdmin admin) throws NoReplyException {
    List<TopicRule> present = new ArrayList<>();
    List<TopicRule> missing = sort(admin, rules, present);
    answered = true;
    var absent = new MissingTopics(admin, topics, retries, patience, commands);
    List<TopicRule> byOthers = absent.handle(missing, ifMissing);
    findings.addAll(absent.findings());
    // what is missing still was waited for, and is named
    var _ = sort(admin, byOthers, present);
    if (longestRing.isPresent()) {
      settings(admin, present, longestRing.get());
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
            "Kafka's client refuses its settings: " + FailureWords.of(e),
            "correct kafka.bootstrap-servers or kafka.properties");
  }

  /** Adds those that are present; returns those that are missing. */
  private List<TopicRule> sort(TopicAdmin admin, List<TopicRule> rules, List<TopicRule> present)
      throws NoReplyException {
    List<TopicRule> missing = new ArrayList<>();
    admin
        .describe(rules)
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
                    error(
                        rule,
                        "cannot be described: " + FailureWords.of(reason),
                        "ask the cluster's owner");
              }
            });
    return missing;
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
        "does not allow this user to " + String.join(" and ", lacking),
        commands.allow(rule, lacking));
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

  /** Whether Kafka answered at all, once it has run. */
  public boolean answered() {
    return answered;
  }

  private void settings(TopicAdmin admin, List<TopicRule> present, Duration ring)
      throws NoReplyException {
    admin
        .settings(present)
        .forEach(
            (rule, answer) -> {
              switch (answer) {
                case BrokerReply.Given<Config>(Config actual) -> {
                  settings.put(rule, actual);
                  findings.addAll(new TopicComparison(kafka, ring, rule).with(actual));
                }
                case BrokerReply.Failed<Config>(AuthorizationException _) ->
                    warning(
                        rule,
                        "does not allow this user to DescribeConfigs, so that its settings are not"
                            + " seen",
                        commands.allow(rule, List.of(AccessRight.DESCRIBE_CONFIGS)));
                case BrokerReply.Failed<Config>(Throwable reason) ->
                    warning(
                        rule,
                        "does not show its settings: " + FailureWords.of(reason),
                        "ask the cluster's owner");
              }
            });
  }

  private Finding noAnswer(Throwable reason) {
    String cluster = "Kafka at " + kafka.bootstrapList();
    return reason instanceof AuthenticationException
        ? Finding.failed(
            "",
            cluster + " rejected the login: " + FailureWords.of(reason),
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
