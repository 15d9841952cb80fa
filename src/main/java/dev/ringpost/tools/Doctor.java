package dev.ringpost.tools;

import dev.ringpost.apns.ApnsSettings;
import dev.ringpost.apns.CanaryProbe;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RingpostConfig.GroupProtocol;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.directory.DirectorySettings;
import dev.ringpost.directory.ViewProbe;
import dev.ringpost.tools.TopicAdmin.NoAnswer;
import dev.ringpost.tools.TopicCheck.IfMissing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Looks at everything that a worker needs, as the worker's own user and from where the worker will
 * run, and tells for each thing whether it is well and what to do if not. It rings no phone, joins
 * no group, commits nothing, and makes a topic only where that is asked for. For one use, on one
 * thread.
 */
public final class Doctor {

  /** Bound on each question to Kafka. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Bound on the reading of each view. */
  static final Duration READING = Duration.ofSeconds(30);

  private static final Duration FAILOVER_PATIENCE = Duration.ofSeconds(3);

  private static final String TOPIC = "topic";
  private static final String GROUP = "group";
  private static final String VIEW = "view";
  private static final String FAILOVER = "fail-over";

  private final RingpostConfig config;
  private final DirectorySettings views;
  private final ApnsSettings apns;
  private final InstantSource clock;
  private final Supplier<UUID> ids;
  private final Duration patience;
  private final KafkaCommands commands;
  private final List<CheckLine> lines = new ArrayList<>();

  /**
   * @param config found to be in order, credentials included
   * @param views what of it concerns the views
   * @param apns what of it concerns Apple
   * @param ids gives each push an {@code apns-id}
   */
  public Doctor(
      RingpostConfig config,
      DirectorySettings views,
      ApnsSettings apns,
      InstantSource clock,
      Supplier<UUID> ids) {
    this(config, views, apns, clock, ids, PATIENCE);
  }

  Doctor(
      RingpostConfig config,
      DirectorySettings views,
      ApnsSettings apns,
      InstantSource clock,
      Supplier<UUID> ids,
      Duration patience) {
    this.config = config;
    this.views = views;
    this.apns = apns;
    this.clock = clock;
    this.ids = ids;
    this.patience = patience;
    this.commands = new KafkaCommands(config.kafka());
  }

  /** Looks at everything. */
  public CheckReport examine() {
    lines.add(CheckLine.ok("configuration", "", config.file() + " is in order"));
    TopicCheck topics = rights();
    if (topics.answered()) {
      view(topics, config.topics().tokens(), ViewProbe.ofTokens(views), true);
      view(topics, config.topics().invalidations(), ViewProbe.ofInvalidations(views), false);
    }
    new CanaryProbe(apns, clock, ids).run().forEach(finding -> lines.add(line(finding)));
    return new CheckReport(lines);
  }

  /** Looks at the rights of this user only, and at what else the same questions tell. */
  CheckReport examineRights() {
    var _ = rights();
    return new CheckReport(lines);
  }

  private TopicCheck rights() {
    TopicCheck topics = topics(config.topics().create() ? IfMissing.ASK : IfMissing.TELL);
    if (topics.answered()) {
      groups();
      failover();
    }
    return topics;
  }

  /**
   * Looks at the topics only.
   *
   * @param make whether missing ones are made, whatever the configuration says
   */
  public CheckReport topics(boolean make) {
    var _ = topics(make ? IfMissing.MAKE : IfMissing.TELL);
    return new CheckReport(lines);
  }

  private TopicCheck topics(IfMissing ifMissing) {
    TopicCheck check = new TopicCheck(config.kafka(), config.topics(), patience, ifMissing);
    List<TopicFinding> findings = check.run();
    if (check.answered()) {
      lines.add(CheckLine.ok("kafka", "", config.kafka().bootstrapList() + " answers"));
    }
    for (TopicRule rule : TopicRule.of(config.topics())) {
      List<TopicFinding> about =
          findings.stream().filter(finding -> finding.topic().equals(rule.name())).toList();
      about.forEach(finding -> lines.add(line(TOPIC, finding)));
      if (about.isEmpty() && check.answered()) {
        lines.add(CheckLine.ok(TOPIC, rule.name(), state(check, rule, ifMissing)));
      }
    }
    findings.stream()
        .filter(finding -> finding.topic().isEmpty())
        .forEach(finding -> lines.add(line("kafka", finding)));
    return check;
  }

  private String state(TopicCheck check, TopicRule rule, IfMissing ifMissing) {
    TopicDescription seen = check.seen().get(rule);
    if (seen != null) {
      return count(seen.partitions().size(), "partition")
          + ", "
          + count(seen.partitions().getFirst().replicas().size(), "replica")
          + "; this user may "
          + String.join(" and ", rule.operations());
    }
    Topics topics = config.topics();
    return ifMissing == IfMissing.MAKE
        ? "made, with " + count(topics.partitions(), "partition")
        : "does not exist yet; a worker makes it at start, and may";
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static CheckLine line(String check, TopicFinding finding) {
    return switch (finding.severity()) {
      case ERROR -> CheckLine.failed(check, finding.topic(), finding.wrong(), finding.fix());
      case WARNING -> CheckLine.warning(check, finding.topic(), finding.wrong(), finding.fix());
    };
  }

  private void groups() {
    try (TopicAdmin admin = new TopicAdmin(config.kafka().clientProperties(), patience)) {
      for (String group : List.of(config.intake().group(), config.retry().group())) {
        lines.add(group(admin, group));
      }
    } catch (NoAnswer | KafkaException e) {
      lines.add(
          CheckLine.failed(
              GROUP,
              "",
              "no coordinator answered within " + patience.toSeconds() + " s",
              "see that every broker can be reached from here, not only those of"
                  + " kafka.bootstrap-servers"));
    }
  }

  private CheckLine group(TopicAdmin admin, String group) throws NoAnswer {
    String allow = commands.allow(group, AccessRight.READ);
    return switch (admin.commitNowhere(group, config.topics().invites())) {
      case Answer.Failed<Void>(GroupAuthorizationException _) ->
          CheckLine.failed(GROUP, group, "gives this user no right to Read", allow);
      case Answer.Given<Void> _,
          Answer.Failed<Void>(UnknownTopicOrPartitionException _),
          Answer.Failed<Void>(TopicAuthorizationException _) ->
          CheckLine.ok(GROUP, group, "this user may join it and commit");
      case Answer.Failed<Void>(Throwable reason) ->
          CheckLine.warning(
              GROUP,
              group,
              "whether this user may join it cannot be told: " + TopicCheck.words(reason),
              "see that this is allowed: " + allow);
    };
  }

  private void failover() {
    String group = config.intake().group();
    boolean byBroker = config.kafka().groupProtocol() == GroupProtocol.CONSUMER;
    Optional<Duration> time = FailoverTime.of(config.kafka(), group, FAILOVER_PATIENCE);
    if (time.isEmpty()) {
      lines.add(
          CheckLine.warning(
              FAILOVER,
              "",
              "the broker does not tell after which time group "
                  + group
                  + " replaces a dead worker: it is older, or gives this user no right to"
                  + " DescribeConfigs",
              commands.allow(group, AccessRight.DESCRIBE_CONFIGS)));
      return;
    }
    String found = "a dead worker is replaced after " + time.get().toSeconds() + " s";
    if (FailoverTime.isSlow(time.get(), config.ring().byDefault())) {
      lines.add(
          CheckLine.warning(
              FAILOVER,
              "",
              found + ", more than a third of the time that a call rings",
              byBroker
                  ? "lower the group's consumer.session.timeout.ms, or write kafka.group-protocol:"
                      + " classic"
                  : "lower kafka.properties.session.timeout.ms"));
    } else {
      lines.add(CheckLine.ok(FAILOVER, "", found));
    }
  }

  private void view(TopicCheck topics, String topic, ViewProbe probe, boolean tokens) {
    boolean present = topics.seen().keySet().stream().anyMatch(it -> it.name().equals(topic));
    if (!present) {
      return; // its own line says why
    }
    try {
      lines.add(view(topic, probe.read(READING), tokens));
    } catch (AuthorizationException _) {
      lines.add(
          CheckLine.failed(
              VIEW,
              topic,
              "cannot be read: this user has no right to Read",
              "see the line of the topic"));
    } catch (KafkaException e) {
      lines.add(
          CheckLine.failed(
              VIEW,
              topic,
              "cannot be read: " + TopicCheck.words(e),
              "see that every broker can be reached from here and that each partition has a"
                  + " leader"));
    }
  }

  private static CheckLine view(String topic, ViewProbe.Reading reading, boolean tokens) {
    String found = count(reading.records(), "record") + " read";
    if (!reading.whole()) {
      return CheckLine.warning(
          VIEW,
          topic,
          found + " within " + READING.toSeconds() + " s, and more to come",
          "nothing, if that is what you expect: a worker is ready once it has read all; else see"
              + " whether the topic is compacted");
    }
    if (reading.unusable() > 0) {
      String reasons =
          reading.skipped().entrySet().stream()
              .map(reason -> reason.getKey() + " " + reason.getValue())
              .sorted()
              .collect(Collectors.joining(", "));
      return CheckLine.warning(
          VIEW,
          topic,
          found
              + ", "
              + reading.unusable()
              + " of them of no use ("
              + reasons
              + "); the first is at "
              + reading.firstSkipped().orElse("an unknown place"),
          "let whoever writes them follow docs/events.md");
    }
    if (tokens && reading.records() == reading.removals()) {
      return CheckLine.warning(
          VIEW,
          topic,
          found + ": no phone is registered, so none can ring",
          "have the registrations written, as docs/events.md says");
    }
    return CheckLine.ok(VIEW, topic, found + ", all of use");
  }

  private static CheckLine line(CanaryProbe.Finding finding) {
    String check = finding.credential() ? "credential" : "apns";
    return switch (finding.health()) {
      case GOOD -> CheckLine.ok(check, finding.subject(), finding.found());
      case DOUBTFUL -> CheckLine.warning(check, finding.subject(), finding.found(), finding.fix());
      case BAD -> CheckLine.failed(check, finding.subject(), finding.found(), finding.fix());
    };
  }
}
