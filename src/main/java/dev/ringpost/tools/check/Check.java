package dev.ringpost.tools.check;

import dev.ringpost.apns.diagnosis.ApnsCheck;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.directory.DirectorySettings;
import dev.ringpost.directory.ViewCheck;
import dev.ringpost.tools.apple.TokenFindings;
import dev.ringpost.tools.topics.FailureWords;
import dev.ringpost.tools.topics.IfMissing;
import dev.ringpost.tools.topics.KafkaCommands;
import dev.ringpost.tools.topics.TopicAdmin;
import dev.ringpost.tools.topics.TopicAdmin.NoReplyException;
import dev.ringpost.tools.topics.TopicCheck;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * A check of everything that a worker needs, as the worker's own user and from where the worker
 * will run. It reports for each thing whether it is well and what to do if not. It rings no phone,
 * joins no group, commits nothing and creates no topic. For one use, on one thread.
 */
public final class Check {

  /** Bound on each question to Kafka. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Bound on the whole; shorter than the chart's Job may take. */
  public static final Duration LIMIT = Duration.ofSeconds(100);

  private final RingpostConfig config;
  private final DirectorySettings views;
  private final ApnsSettings apns;
  private final InstantSource clock;
  private final Supplier<UUID> ids;
  private final Duration patience;
  private final KafkaCommands commands;
  private final List<CheckLine> lines = new CopyOnWriteArrayList<>();

  /** What it looks at now. */
  private volatile String at = "the configuration";

  /**
   * A check for a worker of this configuration.
   *
   * @param ids gives each push an {@code apns-id}
   * @throws InvalidConfigException if a room or a Kafka client refuses its settings
   */
  public static Check of(RingpostConfig config, InstantSource clock, Supplier<UUID> ids)
      throws InvalidConfigException {
    SettingsCheck.require(config);
    var rooms = new RoomSettings(config);
    return new Check(config, rooms.directory(), rooms.apns(), clock, ids);
  }

  /**
   * A check of a configuration that was found to be in order.
   *
   * @param views what of it concerns the views
   * @param apns what of it concerns Apple
   */
  public Check(
      RingpostConfig config,
      DirectorySettings views,
      ApnsSettings apns,
      InstantSource clock,
      Supplier<UUID> ids) {
    this(config, views, apns, clock, ids, PATIENCE);
  }

  Check(
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

  /** Looks at everything, for {@link #LIMIT} at most. */
  public CheckReport examine() {
    return examine(LIMIT);
  }

  /** Looks at everything that can be seen in a time; what could not is named as failed. */
  public CheckReport examine(Duration limit) {
    FutureTask<Void> looking = new FutureTask<>(this::lookAtEverything, null);
    Thread looker = Thread.ofVirtual().name("check").start(looking);
    try {
      looking.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      // once it is interrupted it goes on to other things
      List<CheckLine> seen = new ArrayList<>(lines);
      seen.add(
          CheckLine.failed(
              "check",
              "",
              "not done after " + limit.toSeconds() + " s; it timed out while checking " + at,
              "see that this can be reached from here: nothing that is asked may take so long"));
      looker.interrupt();
      return new CheckReport(seen);
    } catch (InterruptedException _) {
      looker.interrupt();
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the check failed at " + at, e.getCause());
    }
    return new CheckReport(List.copyOf(lines));
  }

  private void lookAtEverything() {
    lines.add(CheckLine.ok("configuration", "", config.file() + " is in order"));
    TopicCheck topics = rights();
    if (topics.answered()) {
      at = "Kafka's clock";
      clock();
      view(topics, config.topics().tokens(), ViewCheck.ofTokens(views), true);
      view(topics, config.topics().invalidations(), ViewCheck.ofInvalidations(views), false);
    }
    at = "the way to APNs";
    ApnsCheck.Findings found = new ApnsCheck(apns, config.credentials(), clock, ids).run();
    found.credentials().forEach(finding -> lines.add(new CheckLine("credential", finding)));
    TokenFindings.of(config, clock.instant())
        .forEach(finding -> lines.add(new CheckLine("credential", finding)));
    found.ways().forEach(finding -> lines.add(new CheckLine("apns", finding)));
  }

  /** Looks at the rights of this user only, and at what else the same questions tell. */
  public CheckReport examineRights() {
    var _ = rights();
    return new CheckReport(lines);
  }

  private TopicCheck rights() {
    at = "the topics";
    TopicCheck topics =
        new TopicInspection(config, patience)
            .tell(config.topics().create() ? IfMissing.ASK : IfMissing.TELL, lines);
    if (topics.answered()) {
      at = "the groups";
      lines.addAll(
          new GroupLines(config.kafka(), patience, commands)
              .of(groups(), config.topics().invites()));
      at = "the fail-over time";
      lines.add(
          new FailoverLine(config.kafka(), config.intake().group(), config.ring().byDefault())
              .line());
    }
    return topics;
  }

  private List<String> groups() {
    List<String> groups = new ArrayList<>();
    groups.add(config.intake().group());
    groups.add(config.retry().group());
    if (config.missedCall().enabled()) {
      groups.add(config.missedCall().group());
    }
    return groups;
  }

  private void clock() {
    try (TopicAdmin admin = new TopicAdmin(config.kafka().clientProperties(), patience)) {
      lines.add(new ClockCheck(admin, clock, commands).line());
    } catch (NoReplyException | KafkaException e) {
      lines.add(
          CheckLine.warning(
              "clock",
              "",
              "Kafka did not report its time: " + FailureWords.of(e),
              "see that every broker can be reached from here"));
    }
  }

  private void view(TopicCheck topics, String topic, ViewCheck probe, boolean tokens) {
    boolean present = topics.seen().keySet().stream().anyMatch(it -> it.name().equals(topic));
    if (!present) {
      return; // its own line says why
    }
    at = "the view of " + topic;
    try {
      lines.add(new ViewLine(topic, tokens).of(probe.read(ViewLine.READING)));
    } catch (AuthorizationException _) {
      lines.add(
          CheckLine.failed(
              ViewLine.VIEW,
              topic,
              "cannot be read: this user has no right to Read",
              "see the line of the topic"));
    } catch (KafkaException e) {
      lines.add(
          CheckLine.failed(
              ViewLine.VIEW,
              topic,
              "cannot be read: " + FailureWords.of(e),
              "see that every broker can be reached from here and that each partition has a"
                  + " leader"));
    }
  }
}
